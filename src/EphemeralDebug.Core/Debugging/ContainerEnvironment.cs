using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging;

/// <summary>The environment of a container in the API's form.</summary>
internal static class ContainerEnvironment
{
    /// <summary>
    /// Each name once, where it was first given, with the value that was given last. An empty value is left out,
    /// which means the same to the API.
    /// </summary>
    /// <exception cref="PlanException">A name is empty or has an equals sign.</exception>
    public static JsonArray ToJson(IReadOnlyList<KeyValuePair<string, string>> variables)
    {
        OrderedDictionary<string, string> values = new(StringComparer.Ordinal);
        foreach ((string name, string value) in variables)
        {
            values[CheckName(name)] = value;
        }

        return new JsonArray([.. values.Select(static variable => new JsonObject
        {
            ["name"] = variable.Key,
            ["value"] = variable.Value,
        })]);
    }

    private static string CheckName(string name) =>
        name.Length > 0 && !name.Contains('=', StringComparison.Ordinal)
            ? name
            : throw new PlanException(
                PlanErrorCode.InvalidEnvironment,
                nameof(ContainerOptions.Environment),
                $"Invalid environment variable name \"{name}\".",
                "A name is not empty and has no '='.");
}

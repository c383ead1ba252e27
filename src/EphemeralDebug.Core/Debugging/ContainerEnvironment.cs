using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging;

/// <summary>The environment of a container in the API's form.</summary>
internal static class ContainerEnvironment
{
    /// <summary>
    /// Each name once, where it was first given, with the value that was given last. An empty value is left out,
    /// which means the same to the API.
    /// </summary>
    /// <param name="variables">The variables that were asked for.</param>
    /// <param name="inherited">Variables in the API's form that they come after and are stronger than.</param>
    /// <exception cref="PlanException">A name is empty or has an equals sign.</exception>
    public static JsonArray ToJson(IReadOnlyList<KeyValuePair<string, string>> variables, JsonArray? inherited = null)
    {
        OrderedDictionary<string, JsonNode> values = new(StringComparer.Ordinal);
        foreach (JsonObject variable in (inherited ?? []).OfType<JsonObject>())
        {
            values[(string?)variable["name"] ?? ""] = variable.DeepClone();
        }

        foreach ((string name, string value) in variables)
        {
            values[CheckName(name)] = new JsonObject { ["name"] = name, ["value"] = value };
        }

        return new JsonArray([.. values.Values]);
    }

    /// <summary>The variables of a container, so that they mean the same in another one of its pod.</summary>
    public static JsonArray CopyOf(JsonObject source)
    {
        JsonArray variables = (source["env"] as JsonArray)?.DeepClone().AsArray() ?? [];
        foreach (JsonNode? variable in variables)
        {
            // Without a name it means the container that has the variable, and an ephemeral one has no resources.
            if (variable?["valueFrom"]?["resourceFieldRef"] is JsonObject reference && ContainerJson.IsEmpty(reference["containerName"]))
            {
                reference["containerName"] = (string?)source["name"];
            }
        }

        return variables;
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

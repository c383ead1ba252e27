using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Validation;

/// <summary>A container's limits and requests.</summary>
internal static partial class ResourceRules
{
    private static readonly Dictionary<string, decimal> Suffixes = new(StringComparer.Ordinal)
    {
        ["n"] = 1e-9m, ["u"] = 1e-6m, ["m"] = 1e-3m, [""] = 1m,
        ["k"] = 1e3m, ["M"] = 1e6m, ["G"] = 1e9m, ["T"] = 1e12m, ["P"] = 1e15m, ["E"] = 1e18m,
        ["Ki"] = 1024m, ["Mi"] = 1048576m, ["Gi"] = 1073741824m, ["Ti"] = 1099511627776m,
        ["Pi"] = 1125899906842624m, ["Ei"] = 1152921504606846976m,
    };

    public static IEnumerable<FieldError> Check(JsonObject? resources, string path)
    {
        foreach (string list in (string[])["limits", "requests"])
        {
            foreach ((string name, JsonNode? quantity) in resources.Object(list) ?? [])
            {
                if (Amount(quantity.AsText()) is < 0)
                {
                    yield return FieldError.Invalid($"{path}.{list}[{name}]", quantity.AsText()!, "must be greater than or equal to 0");
                }
            }
        }

        foreach ((string name, JsonNode? request) in resources.Object("requests") ?? [])
        {
            string? limit = resources.Object("limits").Text(name);
            if (limit is not null && Amount(request.AsText()) > Amount(limit))
            {
                yield return FieldError.Invalid($"{path}.requests", request.AsText()!, $"must be less than or equal to {name} limit of {limit}");
            }
        }
    }

    /// <summary>The number that a quantity stands for; null when it is none.</summary>
    public static decimal? Amount(string? quantity)
    {
        Match match = QuantityExpression().Match(quantity ?? "");
        return match.Success
            && Suffixes.TryGetValue(match.Groups["suffix"].Value, out decimal factor)
            && decimal.TryParse(match.Groups["number"].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)
            ? number * factor
            : null;
    }

    [GeneratedRegex(@"^(?<number>[+-]?[0-9.]+([eE][+-]?[0-9]+)?)(?<suffix>[numkMGTPE]?i?)\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex QuantityExpression();
}

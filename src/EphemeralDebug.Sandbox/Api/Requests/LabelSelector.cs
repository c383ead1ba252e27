using System.Globalization;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Requests;

/// <summary>What one label has to be like: its key, an operator, and the values that go with it.</summary>
internal sealed record LabelRequirement(string Key, string Operator, IReadOnlyCollection<string> Values)
{
    public bool Matches(JsonObject? labels)
    {
        string? value = labels.Text(Key);
        return Operator switch
        {
            "=" or "==" or "in" => value is not null && Values.Contains(value, StringComparer.Ordinal),
            "!=" or "notin" => value is null || !Values.Contains(value, StringComparer.Ordinal),
            ">" => Compare(value) > 0,
            "<" => Compare(value) < 0,
            "!" => value is null,
            _ => value is not null,
        };
    }

    private int? Compare(string? value) =>
        long.TryParse(value, CultureInfo.InvariantCulture, out long left)
            ? left.CompareTo(long.Parse(Values.Single(), CultureInfo.InvariantCulture))
            : null;
}

/// <summary>Selects objects by their labels: "app=web,tier in (front,back),!old".</summary>
internal sealed class LabelSelector(IReadOnlyList<LabelRequirement> requirements)
{
    public bool IsEmpty => requirements.Count == 0;

    /// <summary>Reads a selector; the empty text selects everything.</summary>
    /// <exception cref="ApiStatusException">The text is no selector.</exception>
    public static LabelSelector Parse(string text)
    {
        try
        {
            return new LabelSelector(new LabelSelectorParser(text).Parse());
        }
        catch (FormatException exception)
        {
            throw new ApiStatusException(ApiStatus.BadRequest(exception.Message));
        }
    }

    /// <summary>The selector of a workload, which is an object.</summary>
    public static LabelSelector Of(JsonObject selector) => Parse(string.Join(',', Terms(selector)));

    /// <summary>A workload's selector as text; "&lt;none&gt;" when it selects nothing.</summary>
    public static string ToText(JsonObject? selector) => string.Join(',', Terms(selector).DefaultIfEmpty("<none>"));

    public bool Matches(JsonObject? labels) => requirements.All(requirement => requirement.Matches(labels));

    private static IEnumerable<string> Terms(JsonObject? selector) =>
    [
        .. (selector.Object("matchLabels") ?? []).Select(label => $"{label.Key}={label.Value.AsText()}"),
        .. selector.Items("matchExpressions").Select(Describe),
    ];

    private static string Describe(JsonObject expression)
    {
        string key = expression.Text("key") ?? "";
        string values = string.Join(',', expression.Texts("values"));
        return expression.Text("operator") switch
        {
            "Exists" => key,
            "DoesNotExist" => $"!{key}",
            "NotIn" => $"{key} notin ({values})",
            _ => $"{key} in ({values})",
        };
    }
}

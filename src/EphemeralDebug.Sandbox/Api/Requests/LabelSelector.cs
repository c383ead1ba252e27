using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Requests;

/// <summary>Selects objects by their labels: "app=web,tier in (front,back),!old".</summary>
internal sealed partial class LabelSelector
{
    private readonly List<Func<JsonObject?, bool>> _requirements = [];

    private LabelSelector()
    {
    }

    public bool IsEmpty => _requirements.Count == 0;

    /// <summary>Reads a selector; the empty text selects everything.</summary>
    /// <exception cref="ApiStatusException">The text is no selector.</exception>
    public static LabelSelector Parse(string text)
    {
        var selector = new LabelSelector();
        int position = 0;
        while (position < text.Length)
        {
            Match match = RequirementExpression().Match(text, position);
            if (!match.Success || match.Index != position || match.Length == 0)
            {
                throw new ApiStatusException(ApiStatus.BadRequest(
                    $"unable to parse requirement: found '{text[position..]}', expected: identifier, '!', 'in', 'notin', '=', '==', '!=', 'gt', 'lt'"));
            }

            selector._requirements.Add(Requirement(match));
            position += match.Length;
        }

        return selector;
    }

    /// <summary>The selector of a workload, which is an object.</summary>
    public static LabelSelector Of(JsonObject selector) => Parse(ToText(selector));

    /// <summary>A workload's selector as text; "&lt;none&gt;" when it selects nothing.</summary>
    public static string ToText(JsonObject? selector)
    {
        IEnumerable<string> terms =
        [
            .. (selector.Object("matchLabels") ?? []).Select(label => $"{label.Key}={label.Value.AsText()}"),
            .. selector.Items("matchExpressions").Select(Describe),
        ];
        return string.Join(',', terms.DefaultIfEmpty("<none>"));
    }

    public bool Matches(JsonObject value)
    {
        JsonObject? labels = value.Object("metadata").Object("labels");
        return _requirements.TrueForAll(requirement => requirement(labels));
    }

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

    private static Func<JsonObject?, bool> Requirement(Match match)
    {
        string key = match.Groups["key"].Value;
        string[] values = [.. match.Groups["value"].Success
            ? [match.Groups["value"].Value]
            : match.Groups["set"].Value.Split(',', StringSplitOptions.TrimEntries)];
        bool absent = match.Groups["not"].Success;
        return match.Groups["operator"].Value switch
        {
            "=" or "==" or "in" => labels => labels.Text(key) is { } value && values.Contains(value, StringComparer.Ordinal),
            "!=" or "notin" => labels => labels.Text(key) is not { } value || !values.Contains(value, StringComparer.Ordinal),
            ">" => labels => Compare(labels.Text(key), values[0]) > 0,
            "<" => labels => Compare(labels.Text(key), values[0]) < 0,
            _ => labels => labels.Has(key) != absent,
        };
    }

    private static int? Compare(string? left, string right) =>
        long.TryParse(left, CultureInfo.InvariantCulture, out long a) && long.TryParse(right, CultureInfo.InvariantCulture, out long b)
            ? a.CompareTo(b)
            : null;

    [GeneratedRegex(
        """
        \s*(?<not>!)?\s*(?<key>[A-Za-z0-9][-A-Za-z0-9_./]*)\s*
        (?:(?<operator>in|notin)\s*\((?<set>[^()]*)\)|(?<operator>==|=|!=|>|<)\s*(?<value>[-A-Za-z0-9_.]*))?\s*(?:,(?=.)|\z)
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex RequirementExpression();
}

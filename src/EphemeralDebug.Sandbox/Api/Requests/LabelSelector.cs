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

    public bool Matches(JsonObject? labels) => requirements.All(requirement => requirement.Matches(labels));
}

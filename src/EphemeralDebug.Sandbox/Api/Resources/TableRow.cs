using System.Globalization;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Resources;

/// <summary>An object that is shown as a row of a table, and when.</summary>
internal readonly record struct TableRow(JsonObject Value, DateTimeOffset Now)
{
    public string Metadata(string field) => Value.Object("metadata").Text(field) ?? "";

    /// <summary>The time since a timestamp in the metadata, as people say it.</summary>
    public string Age(string field) => Since(Value.Object("metadata").Text(field));

    /// <summary>The time since a timestamp, as people say it.</summary>
    public string Since(string? timestamp) =>
        DateTimeOffset.TryParse(timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? Duration(Now - time)
            : "<unknown>";

    /// <summary>A duration as kubectl shows ages: two units at most, the smaller one only where it tells something.</summary>
    public static string Duration(TimeSpan duration)
    {
        long seconds = Math.Max(0, (long)duration.TotalSeconds);
        long minutes = seconds / 60;
        long hours = minutes / 60;
        long days = hours / 24;
        return (seconds, minutes, hours, days) switch
        {
            ( < 120, _, _, _) => Unit(seconds, 's'),
            (_, < 10, _, _) => Units(minutes, 'm', seconds % 60, 's'),
            (_, < 180, _, _) => Unit(minutes, 'm'),
            (_, _, < 8, _) => Units(hours, 'h', minutes % 60, 'm'),
            (_, _, < 48, _) => Unit(hours, 'h'),
            (_, _, < 192, _) => Units(days, 'd', hours % 24, 'h'),
            (_, _, _, < 730) => Unit(days, 'd'),
            (_, _, _, < 2920) => Units(days / 365, 'y', days % 365, 'd'),
            _ => Unit(days / 365, 'y'),
        };
    }

    private static string Unit(long count, char unit) => string.Create(CultureInfo.InvariantCulture, $"{count}{unit}");

    private static string Units(long count, char unit, long rest, char smaller) =>
        rest == 0 ? Unit(count, unit) : Unit(count, unit) + Unit(rest, smaller);
}

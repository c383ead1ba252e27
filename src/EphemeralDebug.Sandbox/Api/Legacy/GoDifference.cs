using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Schema;

namespace EphemeralDebug.Sandbox.Api.Legacy;

/// <summary>
/// The difference between two values as go-cmp reports it: changed fields with up to two fields of context on either
/// side, of the rest how many there are.
/// </summary>
internal static class GoDifference
{
    private const int Context = 2;

    /// <summary>The report, one line for each field that is shown.</summary>
    public static string Show(StructType type, JsonObject before, JsonObject after) =>
        GoText.Print(Compare(type, before, after)) + "\n";

    private static GoNode Compare(StructType type, JsonObject before, JsonObject after)
    {
        GoField[] left = [.. GoField.Of(type, before)];
        GoField[] right = [.. GoField.Of(type, after)];
        bool[] changed = [.. left.Zip(right, (one, other) => !JsonNode.DeepEquals(one.Value, other.Value))];
        var records = new List<GoRecord>();
        for (int at = 0; at < left.Length;)
        {
            int end = at;
            while (end < left.Length && changed[end] == changed[at])
            {
                end++;
            }

            if (changed[at])
            {
                records.AddRange(Enumerable.Range(at, end - at).SelectMany(index => Changed(left[index], right[index])));
            }
            else
            {
                records.AddRange(Equal(left[at..end], isFirst: at == 0, isLast: end == left.Length));
            }

            at = end;
        }

        return new GoNode($"core.{type.StructName}", records);
    }

    private static IEnumerable<GoRecord> Changed(GoField before, GoField after)
    {
        if (before is { Type: StructType type, Pointer: false })
        {
            return [new GoRecord(' ', before.Name, Compare(type, before.Value as JsonObject ?? [], after.Value as JsonObject ?? []))];
        }

        return [new GoRecord('-', before.Name, GoValue.Changed(before)), new GoRecord('+', after.Name, GoValue.Changed(after))];
    }

    private static IEnumerable<GoRecord> Equal(GoField[] fields, bool isFirst, bool isLast)
    {
        int leading = isFirst ? 0 : Math.Min(Context, fields.Length);
        int trailing = isLast ? 0 : Math.Min(Context, fields.Length - leading);
        int hidden = fields.Length - leading - trailing;
        if (hidden == 1)
        {
            (trailing, hidden) = (trailing + 1, 0);
        }

        IEnumerable<GoRecord> Show(IEnumerable<GoField> shown) => shown.Select(field => new GoRecord(' ', field.Name, GoValue.Same(field)));
        return
        [
            .. Show(fields.Take(leading)),
            .. hidden > 0 ? [new GoRecord(' ', "", new GoNode($"... // {hidden} identical fields"))] : Array.Empty<GoRecord>(),
            .. Show(fields.TakeLast(trailing)),
        ];
    }
}

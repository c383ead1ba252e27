using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Legacy;

/// <summary>Values as go-cmp shows them: no more of them than helps, and the type only of what has changed.</summary>
internal static class GoValue
{
    private const int FieldsOfSame = 4;
    private const int ItemsOfChanged = 16;

    private static readonly GoNode Nil = new("nil");
    private static readonly GoNode Ellipsis = new("...");

    /// <summary>A value that both sides have.</summary>
    public static GoNode Same(GoField field) => Show(field.Type, field.Pointer, field.Value, "", FieldsOfSame, shrinks: false);

    /// <summary>A value that one side has.</summary>
    public static GoNode Changed(GoField field) =>
        Show(field.Type, field.Pointer, field.Value, TypeName(field.Type), ItemsOfChanged, shrinks: true);

    private static GoNode Show(SchemaType type, bool pointer, JsonNode? value, string typeName, int limit, bool shrinks)
    {
        string prefix = (pointer ? "&" : "") + typeName;
        switch (type)
        {
            case StructType structure when value is not null || !pointer:
                GoField[] fields = [.. GoField.Of(structure, value as JsonObject ?? []).Where(field => !IsZero(field))];
                return List(prefix, fields, limit, field =>
                    new GoRecord(' ', field.Name, Inner(field.Type, field.Pointer, field.Value, shrinks ? FieldTypeName(field.Type) : "", limit, shrinks)));
            case ListType list when value is JsonArray items:
                return List(prefix, [.. items], limit, item => new GoRecord(' ', "", Inner(list.Element, pointer: false, item, "", limit, shrinks)));
            case MapType map when value is JsonObject entries:
                KeyValuePair<string, JsonNode?>[] sorted = [.. entries.OrderBy(entry => entry.Key, StringComparer.Ordinal)];
                return List(prefix, sorted, limit, entry => new GoRecord(' ', GoFormat.Quote(entry.Key), Inner(map.Value, pointer: false, entry.Value, "", limit, shrinks)));
            case ScalarType or OpaqueType when value is not null:
                return new GoNode((pointer ? "&" : "") + (value.AsText() is { } text ? GoFormat.Quote(text) : ApiJson.ToText(value)));
            default:
                return Nil;
        }
    }

    private static GoNode Inner(SchemaType type, bool pointer, JsonNode? value, string typeName, int limit, bool shrinks) =>
        Show(type, pointer, value, typeName, shrinks ? Math.Max(limit / 2, 2) : limit, shrinks);

    private static GoNode List<T>(string prefix, T[] items, int limit, Func<T, GoRecord> show)
    {
        var records = items.Take(limit).Select(show).ToList();
        if (items.Length > limit)
        {
            records.Add(new GoRecord(' ', "", Ellipsis));
        }

        return new GoNode(prefix, records);
    }

    private static bool IsZero(GoField field) => field.Value switch
    {
        null => true,
        JsonObject map => !field.Pointer && map.Count == 0,
        JsonArray => false,
        _ => !field.Pointer && (field.Value.AsText() is "" || field.Value.AsInteger() is 0 || field.Value.AsText() is null && ApiJson.ToText(field.Value) == "false"),
    };

    /// <summary>A field's type is told where its value does not tell it.</summary>
    private static string FieldTypeName(SchemaType type) => type is ScalarType or OpaqueType ? "" : TypeName(type);

    private static string TypeName(SchemaType type) => type switch
    {
        StructType structure => $"core.{structure.StructName}",
        ListType list => $"[]{TypeName(list.Element)}",
        MapType map => $"map[string]{TypeName(map.Value)}",
        ScalarType scalar when scalar.Name.StartsWith("v1.", StringComparison.Ordinal) => $"core.{scalar.Name["v1.".Length..]}",
        _ => type.Name,
    };
}

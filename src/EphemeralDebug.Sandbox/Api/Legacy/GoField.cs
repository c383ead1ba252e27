using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Schema;

namespace EphemeralDebug.Sandbox.Api.Legacy;

/// <summary>A field of a structure inside an old server; what is embedded is one field with the structure's name.</summary>
internal sealed record GoField(string Name, SchemaType Type, bool Pointer, JsonNode? Value)
{
    /// <summary>The fields of a structure in their order.</summary>
    public static IEnumerable<GoField> Of(StructType type, JsonObject value)
    {
        string? embedded = null;
        foreach (InternalField field in InternalForm.Fields(type, value))
        {
            if (field.Embedded is null)
            {
                yield return new GoField(field.Name, field.Type, field.Pointer, field.Value);
            }
            else if (field.Embedded != embedded)
            {
                StructType part = SchemaCatalog.Legacy[field.Embedded];
                yield return new GoField(field.Embedded, part, Pointer: false, Part(part, value));
            }

            embedded = field.Embedded;
        }
    }

    private static JsonObject Part(StructType type, JsonObject value) => new(type.Fields
        .Where(field => value[field.Name] is not null)
        .Select(field => KeyValuePair.Create(field.Name, value[field.Name]?.DeepClone())));
}

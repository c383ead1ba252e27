using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Schema;

namespace EphemeralDebug.Sandbox.Api.Legacy;

/// <summary>Values inside an old server, as Go prints them with <c>%#v</c>: of what is behind a pointer, the address.</summary>
internal static class GoSyntax
{
    /// <summary>A structure of which every field is a pointer.</summary>
    public static string Show(StructType type, JsonObject value) =>
        $"core.{type.StructName}{{{string.Join(", ", type.Fields.Select(field => $"{field.InternalName}:(*{TypeName(field.Type)})({(value[field.Name] is null ? "nil" : Address())})"))}}}";

    /// <summary>An address such as Go's heap has them; no two requests see the same.</summary>
    public static string Address() => $"0xc00{RandomNumberGenerator.GetHexString(7, lowercase: true)}";

    private static string TypeName(SchemaType type) => type switch
    {
        StructType structure => $"core.{structure.StructName}",
        ScalarType scalar when scalar.Name.StartsWith("v1.", StringComparison.Ordinal) => $"core.{scalar.Name["v1.".Length..]}",
        _ => type.Name,
    };
}

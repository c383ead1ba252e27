using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Editions;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Legacy;

/// <summary>The words of servers that decode JSON with a library of their own (json-iterator).</summary>
internal sealed class LegacyBodyDialect : BodyDialect
{
    public override string PatchPrefix => "";

    public override string JsonPatchType => "jsonpatch.Patch";

    public override string UnfinishedPatch => "unexpected EOF";

    public override string ShowList(IEnumerable<string> texts) => $"[]string{{{GoFormat.QuoteAll(texts)}}}";

    public override string DescribeMismatch(StructType type, byte[] body, string decoderMessage) =>
        IteratorMismatch.Find(type, body) ?? decoderMessage;

    public override void CheckConfiguration(StructType type, JsonObject configuration)
    {
        if (configuration.Text("kind") is { Length: > 0 } kind && kind != type.StructName)
        {
            string Type() => $"{{{GoSyntax.Address()} {{<nil> <nil> <nil>}}}}";
            throw new ApiStatusException(new ApiStatus(
                500, null, $"failed to merge config: expected objects of the same type, but got {Type()} and {Type()}"));
        }
    }
}

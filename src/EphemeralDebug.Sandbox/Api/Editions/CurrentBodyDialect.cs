using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Editions;

/// <summary>The words of today's servers, which decode JSON with Go's own library.</summary>
internal sealed class CurrentBodyDialect : BodyDialect
{
    public override string PatchPrefix => "error decoding patch: ";

    public override string JsonPatchType => "[]handlers.jsonPatchOp";

    public override string UnfinishedPatch => UnexpectedEnd;

    public override string ShowList(IEnumerable<string> texts) => $"[{GoFormat.QuoteAll(texts, ",")}]";

    public override string DescribeMismatch(StructType type, byte[] body, string decoderMessage) => decoderMessage;

    public override void CheckConfiguration(StructType type, JsonObject configuration)
    {
        // The decoder refuses another kind with words of its own.
    }
}

using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Schema;

namespace EphemeralDebug.Sandbox.Api.Editions;

/// <summary>The words of today's servers, which decode JSON with Go's own library.</summary>
internal sealed class CurrentBodyDialect : BodyDialect
{
    public override string PatchPrefix => "error decoding patch: ";

    public override string JsonPatchType => "[]handlers.jsonPatchOp";

    public override string DescribeMismatch(StructType type, byte[] body, string decoderMessage) => decoderMessage;

    public override void CheckConfiguration(StructType type, JsonObject configuration)
    {
        // The decoder refuses another kind with words of its own.
    }
}

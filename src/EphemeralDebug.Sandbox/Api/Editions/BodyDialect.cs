using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Schema;

namespace EphemeralDebug.Sandbox.Api.Editions;

/// <summary>How a server words what is wrong with a body.</summary>
internal abstract class BodyDialect
{
    /// <summary>What Go's JSON library says of a text that ends too early.</summary>
    public const string UnexpectedEnd = "unexpected end of JSON input";

    /// <summary>What stands before the reason why a patch cannot be read.</summary>
    public abstract string PatchPrefix { get; }

    /// <summary>What a JSON patch is decoded into.</summary>
    public abstract string JsonPatchType { get; }

    /// <summary>Why a strategic merge patch that ends too early cannot be read.</summary>
    public abstract string UnfinishedPatch { get; }

    /// <summary>A list of texts as an invalid value.</summary>
    public abstract string ShowList(IEnumerable<string> texts);

    /// <summary>Why a document in JSON does not fit its type; the decoder's own words when this edition has no others.</summary>
    public abstract string DescribeMismatch(StructType type, byte[] body, string decoderMessage);

    /// <summary>Refuses an applied configuration of another kind than the object has.</summary>
    /// <exception cref="ApiStatusException">It is of another kind.</exception>
    public abstract void CheckConfiguration(StructType type, JsonObject configuration);
}

using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Patching;

/// <summary>A JSON merge patch (RFC 7386): lists are replaced, null removes.</summary>
internal static class JsonMergePatch
{
    /// <summary>The document with the patch applied; neither argument is changed.</summary>
    public static JsonObject Apply(JsonObject document, JsonObject patch)
    {
        JsonObject result = document.Copy();
        foreach ((string name, JsonNode? value) in patch)
        {
            JsonNode? merged = value is JsonObject fields
                ? Apply(result[name] as JsonObject ?? [], fields)
                : value?.DeepClone();
            result.Remove(name);
            if (merged is not null)
            {
                result[name] = merged;
            }
        }

        return result;
    }
}

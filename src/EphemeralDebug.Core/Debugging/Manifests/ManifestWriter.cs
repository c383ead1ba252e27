using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EphemeralDebug.Configuration;

namespace EphemeralDebug.Debugging.Manifests;

/// <summary>Writes ephemeral containers as documents, for review and for kubectl.</summary>
internal static class ManifestWriter
{
    /// <summary>JSON on one line, readable: only what JSON itself demands is escaped.</summary>
    public static JsonSerializerOptions Compact { get; } = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = Api.ApiJson.Default,
    };

    private static JsonWriterOptions Indented { get; } = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Indented = true,
        NewLine = "\n",
    };

    /// <summary>The documents for containers of one pod: one, or one for each container in the form Container.</summary>
    /// <param name="podNamespace">The pod's namespace.</param>
    /// <param name="pod">The pod's name.</param>
    /// <param name="containers">The containers in the API's form.</param>
    /// <param name="form">The form.</param>
    public static IEnumerable<JsonObject> Create(
        string podNamespace, string pod, IEnumerable<JsonObject> containers, ManifestForm form)
    {
        JsonNode[] list = [.. containers.Select(WithoutEmptyResources)];
        if (form is ManifestForm.Container)
        {
            return list.Cast<JsonObject>();
        }

        JsonObject document = new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = form.ToString(),
            ["metadata"] = new JsonObject { ["name"] = pod, ["namespace"] = podNamespace },
        };
        if (form is ManifestForm.Pod)
        {
            document["spec"] = new JsonObject { ["ephemeralContainers"] = new JsonArray(list) };
        }
        else
        {
            document["ephemeralContainers"] = new JsonArray(list);
        }

        return [document];
    }

    /// <summary>A document as text. YAML ends in a line feed, which a block of text at its end needs.</summary>
    public static string Write(JsonObject document, ManifestNotation notation)
    {
        if (notation is ManifestNotation.Yaml)
        {
            return YamlWriter.Write(document);
        }

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Indented))
        {
            document.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    // The server writes the empty object into every container; it says nothing.
    private static JsonNode WithoutEmptyResources(JsonObject container)
    {
        JsonObject copy = container.DeepClone().AsObject();
        if (copy["resources"] is JsonObject { Count: 0 })
        {
            copy.Remove("resources");
        }

        return copy;
    }
}

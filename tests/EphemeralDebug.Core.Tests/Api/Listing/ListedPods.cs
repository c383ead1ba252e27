using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EphemeralDebug.Core.Tests.Support;

namespace EphemeralDebug.Core.Tests.Api.Listing;

/// <summary>Lists of pods as a server would write them, in both forms.</summary>
internal static class ListedPods
{
    private const string Template = """
        {"metadata":{"name":"","namespace":"","uid":"","resourceVersion":"7","labels":{"app":"web"},
         "managedFields":[{"manager":"kubectl","operation":"Update","apiVersion":"v1","time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{"f:ephemeralContainers":{".":{},"k:{\"name\":\"x\"}":{".":{},"f:name":{}}}}}}]},
         "spec":{"volumes":[{"name":"v","source":{}}],"containers":[{"name":"app","image":"é\"\\nginx","env":[{"name":"A","value":"1"}]},{"name":"side","image":"envoy"}],"nodeName":"node-1"},
         "status":{"phase":"Running","containerStatuses":[{"name":"app","state":{"running":{"startedAt":"2026-01-01T00:00:00Z"}},"ready":true}]}}
        """;

    /// <summary>A pod with what every pod has; <paramref name="ephemeral"/> is the name of its ephemeral container, if any.</summary>
    public static JsonObject Pod(string podNamespace, string name, string? ephemeral = null)
    {
        JsonObject pod = JsonNode.Parse(Template)!.AsObject();
        JsonNode metadata = pod["metadata"]!;
        (metadata["namespace"], metadata["name"], metadata["uid"]) = (podNamespace, name, $"uid-{podNamespace}-{name}");
        if (ephemeral is not null)
        {
            pod["spec"]!["ephemeralContainers"] = JsonNode.Parse($$"""[{"name":"{{ephemeral}}","image":"busybox","targetContainerName":"app"}]""");
        }

        return pod;
    }

    public static JsonObject List(string? continueToken, params IEnumerable<JsonObject> pods)
    {
        var metadata = new JsonObject { ["resourceVersion"] = "9" };
        if (continueToken is not null)
        {
            metadata["continue"] = continueToken;
        }

        return new JsonObject
        {
            ["kind"] = "PodList",
            ["apiVersion"] = "v1",
            ["metadata"] = metadata,
            ["items"] = new JsonArray([.. pods]),
        };
    }

    /// <summary>The same list with its members in the opposite order, so that the token comes last.</summary>
    public static JsonObject Reversed(JsonObject list) =>
        new(list.Reverse().Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));

    public static byte[] Encode(JsonObject document, bool isProtobuf) => isProtobuf
        ? ProtobufEncoder.Encode(document)
        : Encoding.UTF8.GetBytes(document.ToJsonString(JsonSerializerOptions.Default) + "\n");
}

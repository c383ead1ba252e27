using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace EphemeralDebug.Api;

/// <summary>The writer of request bodies.</summary>
[JsonSerializable(typeof(JsonNode))]
internal sealed partial class ApiJson : JsonSerializerContext;

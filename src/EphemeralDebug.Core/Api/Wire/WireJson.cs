using System.Text.Json;
using System.Text.Json.Serialization;

namespace EphemeralDebug.Api.Wire;

/// <summary>Generated readers of the wire types: no reflection at start.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(PodResource))]
[JsonSerializable(typeof(PodListResource))]
[JsonSerializable(typeof(TracedPodResource))]
[JsonSerializable(typeof(TracedPodListResource))]
[JsonSerializable(typeof(StatusResource))]
[JsonSerializable(typeof(WatchEventResource))]
[JsonSerializable(typeof(VersionResource))]
[JsonSerializable(typeof(ResourceListResource))]
internal sealed partial class WireJson : JsonSerializerContext;

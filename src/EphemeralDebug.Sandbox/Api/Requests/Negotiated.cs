using EphemeralDebug.Sandbox.Api.Schema;

namespace EphemeralDebug.Sandbox.Api.Requests;

/// <summary>How an answer is encoded.</summary>
internal enum Format
{
    Json,
    Yaml,
    Protobuf,
}

/// <summary>What an answer shows of the objects.</summary>
internal enum Representation
{
    Object,
    Table,
    PartialMetadata,
    PartialMetadataList,
    AggregatedDiscovery,
}

/// <summary>The form of an answer that was agreed on.</summary>
internal readonly record struct Negotiated(Format Format, Representation Representation)
{
    public const string Json = "application/json";
    public const string YamlType = "application/yaml";
    public const string Protobuf = "application/vnd.kubernetes.protobuf";

    /// <summary>Indented, for people.</summary>
    public bool Pretty { get; init; }

    /// <summary>The version of meta.k8s.io that tables and metadata are shown in.</summary>
    public string MetaVersion { get => field ?? "v1"; init; }

    public string MetaApiVersion => $"meta.k8s.io/{MetaVersion}";

    public string ContentType => Representation == Representation.AggregatedDiscovery
        ? $"{MediaType};g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
        : MediaType;

    /// <summary>The content type of a watch.</summary>
    public string StreamType => Format == Format.Protobuf ? $"{Protobuf};stream=watch" : MediaType;

    private string MediaType => Format switch
    {
        Format.Yaml => YamlType,
        Format.Protobuf => Protobuf,
        _ => Json,
    };

    /// <summary>The message that a document of a kind is in protobuf.</summary>
    /// <exception cref="InvalidOperationException">The sandbox has no such message; it should not have been agreed on.</exception>
    public static StructType MessageOf(string kind) =>
        SchemaCatalog.Current.Find(kind) ?? throw new InvalidOperationException($"There is no protobuf message for {kind}.");
}

using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Api.Resources;

/// <summary>A subresource as discovery shows it.</summary>
internal sealed record SubresourceDefinition(string Name, string Kind, params string[] Verbs)
{
    /// <summary>The group and version of its kind, when that is not the resource's own.</summary>
    public (string Group, string Version)? KindVersion { get; init; }
}

/// <summary>A resource of the API, with its objects.</summary>
internal sealed record ResourceDefinition(string Group, string Version, string Name, string Kind, ObjectStore Store)
{
    public static string[] ReadVerbs { get; } = ["get", "list", "watch"];

    public bool Namespaced { get; init; } = true;

    public IReadOnlyList<string> Verbs { get; init; } = ReadVerbs;

    public IReadOnlyList<string> ShortNames { get; init; } = [];

    public IReadOnlyList<string> Categories { get; init; } = [];

    public string? StorageVersionHash { get; init; }

    public IReadOnlyList<SubresourceDefinition> Subresources { get; init; } = [];

    /// <summary>Fields that a field selector may name.</summary>
    public IReadOnlySet<string> SelectableFields { get; init; } =
        new HashSet<string>(StringComparer.Ordinal) { "metadata.name", "metadata.namespace" };

    /// <summary>Whether its objects can be had as a table.</summary>
    public bool HasTable { get; init; } = true;

    public IReadOnlyList<TableColumn> Columns { get; init; } = TableColumn.NameAndAge;

    public string SingularName => Kind.ToLowerInvariant();

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The types that its objects are of.</summary>
    public SchemaCatalog Schema { get; init; } = SchemaCatalog.Current;

    /// <summary>Whether it is answered as JSON alone, as custom resources are, although the schema has its type.</summary>
    public bool JsonOnly { get; init; }

    /// <summary>What its objects are in protobuf; null for those that cannot be answered in it.</summary>
    public StructType? Message => JsonOnly ? null : Schema.Find(Kind);

    public ResourceKind ResourceKind => new(Name, Group);
}

/// <summary>A column of the table that kubectl shows, and how its cell is made.</summary>
internal sealed record TableColumn(string Name, string Description, Func<TableRow, JsonNode> Cell)
{
    /// <summary>"name" for the column that names the object.</summary>
    public string Format { get; init; } = "";

    /// <summary>1 for columns of the wide form only.</summary>
    public int Priority { get; init; }

    public static TableColumn ObjectName { get; } =
        new("Name", "Name must be unique within a namespace.", row => row.Metadata("name")) { Format = "name" };

    public static TableColumn Age { get; } = new("Age", "The time since the object was created.", row => row.Age("creationTimestamp"));

    public static IReadOnlyList<TableColumn> NameAndAge { get; } = [ObjectName, Age with { Name = "Created At" }];
}

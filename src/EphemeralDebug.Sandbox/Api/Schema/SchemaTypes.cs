namespace EphemeralDebug.Sandbox.Api.Schema;

/// <summary>The type of a field of an API object. <paramref name="Name"/> is how the API server names it in messages.</summary>
internal abstract record SchemaType(string Name);

internal enum ScalarKind
{
    String,
    Bool,
    Int32,
    Int64,
}

internal sealed record ScalarType(string Name, ScalarKind Kind) : SchemaType(Name)
{
    /// <summary>The kind's name in messages, whatever the type itself is called.</summary>
    public string KindName => Kind switch
    {
        ScalarKind.Bool => "bool",
        ScalarKind.Int32 => "int32",
        ScalarKind.Int64 => "int64",
        _ => "string",
    };
}

/// <summary>A value that reads and writes itself: a quantity, a time, a port by number or name, anything.</summary>
internal sealed record OpaqueType(string Name) : SchemaType(Name);

internal sealed record ListType(SchemaType Element) : SchemaType($"[]{Element.Name}");

internal sealed record MapType(SchemaType Value) : SchemaType($"map[string]{Value.Name}");

/// <summary>An object with named fields; the fields of embedded structures stand among its own.</summary>
internal sealed record StructType(string StructName, bool Atomic) : SchemaType($"v1.{StructName}")
{
    private readonly Dictionary<string, SchemaField> _byName = new(StringComparer.Ordinal);

    public List<SchemaField> Fields { get; } = [];

    /// <summary>What stands under each number in protobuf: a field, or an embedded structure.</summary>
    public Dictionary<int, WireMember> Wire { get; } = [];

    /// <summary>The same, the highest number first.</summary>
    public IReadOnlyList<KeyValuePair<int, WireMember>> WireFromLast { get; private set; } = [];

    /// <summary>Called when all members are known.</summary>
    public void Complete() => WireFromLast = [.. Wire.OrderByDescending(member => member.Key)];

    public SchemaField? Find(string name)
    {
        if (_byName.Count == 0)
        {
            lock (_byName)
            {
                foreach (SchemaField field in Fields)
                {
                    _byName[field.Name] = field;
                }
            }
        }

        return _byName.GetValueOrDefault(name);
    }
}

/// <summary>A member of a structure as protobuf has it: one of its fields, or a structure whose fields are its own.</summary>
internal readonly record struct WireMember(SchemaField? Field, StructType? Embedded);

/// <summary>A field of a structure, and how patches and appliers treat it.</summary>
internal sealed record SchemaField(string Name, SchemaType Type)
{
    /// <summary>The field's name inside the API server, as its dumps of internal objects show it.</summary>
    public required string InternalName { get; init; }

    /// <summary>Left out of an answer when it has its zero value.</summary>
    public bool Optional { get; init; }

    /// <summary>Tells "not set" from the zero value.</summary>
    public bool Pointer { get; init; }

    /// <summary>What the key of an item is when it is left out.</summary>
    public string? Default { get; init; }

    /// <summary>The embedded structure that the field comes from.</summary>
    public string? Embedded { get; init; }

    /// <summary>The key by which a strategic merge patch merges a list; "*" for a list of distinct values.</summary>
    public string? MergeKey { get; init; }

    /// <summary>The keys by which server-side apply tells items of a list apart.</summary>
    public IReadOnlyList<string> ListKeys { get; init; } = [];

    /// <summary>A list of distinct values, for server-side apply.</summary>
    public bool Set { get; init; }

    /// <summary>A value that has one owner as a whole.</summary>
    public bool Atomic { get; init; }

    /// <summary>True when server-side apply sees one value where there are items or fields.</summary>
    public bool OwnedAsWhole =>
        Atomic
        || Type is ScalarType or OpaqueType or StructType { Atomic: true }
        || (Type is ListType && ListKeys.Count == 0 && !Set);
}

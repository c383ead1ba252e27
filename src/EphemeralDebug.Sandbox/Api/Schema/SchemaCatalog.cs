using System.Globalization;

namespace EphemeralDebug.Sandbox.Api.Schema;

/// <summary>The types of the API, read from the tables beside this file.</summary>
internal sealed class SchemaCatalog
{
    private static readonly string[] Tables = ["core.v1.schema", "answers.schema", "workloads.schema"];

    private const string SincePrefix = "since=";
    private const string UntilPrefix = "until=";

    private static readonly Lazy<SchemaCatalog> CurrentTypes = new(() => Load(int.MaxValue));
    private static readonly Lazy<SchemaCatalog> LegacyTypes = new(() => Load(LegacyMinor));

    private readonly Dictionary<string, string> _aliases = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StructType> _structs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _definitions = new(StringComparer.Ordinal);

    /// <summary>The minor version of Kubernetes that <see cref="Legacy"/> is about.</summary>
    public const int LegacyMinor = 20;

    private readonly int _minor;

    private SchemaCatalog(int minor) => _minor = minor;

    /// <summary>The types of today.</summary>
    public static SchemaCatalog Current => CurrentTypes.Value;

    /// <summary>The types as they were when ephemeral containers were new: without the fields that came later.</summary>
    public static SchemaCatalog Legacy => LegacyTypes.Value;

    public static StructType Pod => Current["Pod"];

    public static StructType PodSpec => Current["PodSpec"];

    public static StructType EphemeralContainer => Current["EphemeralContainer"];

    public static StructType SecurityContext => Current["SecurityContext"];

    public static StructType Namespace => Current["Namespace"];

    public static IEnumerable<StructType> All => Current._structs.Values;

    /// <summary>The type of a kind; null when it is none of these tables.</summary>
    public StructType? Find(string kind) => _structs.GetValueOrDefault(kind);

    /// <summary>The type of that name.</summary>
    public StructType this[string name] => _structs[name];

    private static SchemaCatalog Load(int minor)
    {
        var catalog = new SchemaCatalog(minor);
        foreach (string table in Tables)
        {
            using Stream resource = typeof(SchemaCatalog).Assembly.GetManifestResourceStream(table)
                ?? throw new InvalidOperationException($"The table of API types {table} is missing from the assembly.");
            using var reader = new StreamReader(resource);
            catalog.ReadDefinitions(reader);
        }

        foreach (StructType type in catalog._structs.Values)
        {
            catalog.AddFields(type, type.StructName, embedded: null);
            type.Complete();
        }

        return catalog;
    }

    private void ReadDefinitions(TextReader reader)
    {
        List<string> fields = [];
        while (reader.ReadLine() is { } line)
        {
            // Fields are indented; one of them may well be called "type".
            if (line.StartsWith(' '))
            {
                if (IsKnown(line))
                {
                    fields.Add(line);
                }

                continue;
            }

            switch (line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                case ["alias", string name, string target]:
                    _aliases[name] = target;
                    break;
                case ["type", string name, .. string[] options]:
                    fields = [];
                    if (Number(options, UntilPrefix) is not { } last || last >= _minor)
                    {
                        _structs[name] = new StructType(name, options.Contains("atomic"));
                        _definitions[name] = fields;
                    }

                    break;
            }
        }
    }

    /// <summary>Whether the field that a line describes was there in this catalog's version.</summary>
    private bool IsKnown(string line) => (Number(line.Split(' '), SincePrefix) ?? 0) <= _minor;

    private static int? Number(IEnumerable<string> options, string prefix) =>
        options.FirstOrDefault(option => option.StartsWith(prefix, StringComparison.Ordinal)) is { } option
            ? int.Parse(option.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture)
            : null;

    private void AddFields(StructType type, string definition, string? embedded)
    {
        foreach (string line in _definitions[definition])
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            WireMember member;
            if (words[1] == "inline")
            {
                AddFields(type, words[2], embedded is null ? words[2] : $"{embedded}.{words[2]}");
                member = new WireMember(null, _structs[words[2]]);
            }
            else
            {
                SchemaField field = ReadField(words[1..], embedded);
                type.Fields.Add(field);
                member = new WireMember(field, null);
            }

            if (embedded is null && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                type.Wire[number] = member;
            }
        }
    }

    private SchemaField ReadField(string[] words, string? embedded)
    {
        string name = words[0].TrimEnd('?');
        string? Option(string prefix) =>
            words.Skip(2).FirstOrDefault(word => word.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..];
        return new SchemaField(name, Resolve(words[1].TrimStart('*')))
        {
            InternalName = Option("go=") ?? char.ToUpperInvariant(name[0]) + name[1..],
            Optional = words[0].EndsWith('?'),
            Pointer = words[1].StartsWith('*'),
            Embedded = embedded,
            Default = Option("default="),
            MergeKey = Option("merge="),
            ListKeys = Option("keys=")?.Split(',') ?? [],
            Set = words.Contains("set"),
            Atomic = words.Contains("atomic"),
        };
    }

    private SchemaType Resolve(string type)
    {
        if (type == "[]byte")
        {
            return new OpaqueType("[]uint8");
        }

        if (type.StartsWith("[]", StringComparison.Ordinal))
        {
            return new ListType(Resolve(type[2..]));
        }

        if (type.StartsWith("map[", StringComparison.Ordinal))
        {
            return new MapType(Resolve(type[(type.IndexOf(']', StringComparison.Ordinal) + 1)..]));
        }

        if (_aliases.TryGetValue(type, out string? target))
        {
            return Resolve(target) is ScalarType scalar ? scalar with { Name = $"v1.{type}" } : Resolve(target);
        }

        return type switch
        {
            "string" => new ScalarType(type, ScalarKind.String),
            "bool" => new ScalarType(type, ScalarKind.Bool),
            "int32" => new ScalarType(type, ScalarKind.Int32),
            "int64" => new ScalarType(type, ScalarKind.Int64),
            "Quantity" => new OpaqueType("resource.Quantity"),
            "IntOrString" => new OpaqueType("intstr.IntOrString"),
            "Time" or "MicroTime" or "FieldsV1" or "RawExtension" or "TextList" => new OpaqueType($"v1.{type}"),
            _ => _structs[type],
        };
    }
}

using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EphemeralDebug.Yaml;

/// <summary>Builds JSON nodes from the parser's events: collections, anchors and merge keys.</summary>
internal sealed class YamlDocumentReader(IParser parser)
{
    // Deeper or larger documents than these are attacks (aliases of aliases), not configuration.
    private const int MaximumDepth = 200;
    private const int MaximumNodes = 1_000_000;
    private const string MergeKey = "<<";
    private const string MergeTag = "tag:yaml.org,2002:merge";

    private readonly Dictionary<AnchorName, JsonNode?> _anchors = [];
    private int _depth;
    private int _nodes;

    public JsonNode? Read()
    {
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _))
        {
            return null;
        }

        JsonNode? root = ReadNode();
        parser.Consume<DocumentEnd>();
        return root;
    }

    /// <summary>Reads every document; anchors hold in the document that defines them.</summary>
    public static JsonArray ReadAll(IParser parser)
    {
        var documents = new JsonArray();
        parser.Consume<StreamStart>();
        while (parser.TryConsume<DocumentStart>(out _))
        {
            documents.Add(new YamlDocumentReader(parser).ReadNode());
            parser.Consume<DocumentEnd>();
        }

        return documents;
    }

    private JsonNode? ReadNode()
    {
        if (parser.Current is AnchorAlias alias)
        {
            parser.MoveNext();
            return Resolve(alias);
        }

        NodeEvent start = parser.Consume<NodeEvent>();
        Count(start, 1);
        JsonNode? node = start switch
        {
            Scalar scalar => YamlScalar.ToJson(scalar),
            SequenceStart => Nested(start, ReadSequence),
            MappingStart => Nested(start, ReadMapping),
            _ => throw Malformed(start, "an unknown kind of node"),
        };
        if (!start.Anchor.IsEmpty)
        {
            _anchors[start.Anchor] = node;
        }

        return node;
    }

    private JsonNode? Resolve(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value, out JsonNode? node))
        {
            throw Malformed(alias, $"unknown anchor '{alias.Value.Value}'");
        }

        Count(alias, SizeOf(node));
        return node?.DeepClone();
    }

    private JsonNode Nested(NodeEvent start, Func<JsonNode> read)
    {
        if (++_depth > MaximumDepth)
        {
            throw Malformed(start, "nested too deeply");
        }

        JsonNode node = read();
        _depth--;
        return node;
    }

    private JsonArray ReadSequence()
    {
        var array = new JsonArray();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            array.Add(ReadNode());
        }

        return array;
    }

    private JsonObject ReadMapping()
    {
        var map = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            ParsingEvent key = parser.Current!;
            if (IsMergeKey(key))
            {
                parser.MoveNext();
                Merge(map, ReadNode(), key);
            }
            else
            {
                string name = KeyText(ReadNode(), key);
                map[name] = ReadNode();
            }
        }

        return map;
    }

    private static bool IsMergeKey(ParsingEvent key) =>
        key is Scalar { Value: MergeKey } scalar
        && (scalar.Style == ScalarStyle.Plain || (!scalar.Tag.IsEmpty && scalar.Tag.Value == MergeTag));

    // As in go-yaml 2, a merge counts where it stands: it replaces keys before it and yields to keys after it.
    private static void Merge(JsonObject map, JsonNode? source, ParsingEvent at)
    {
        if (source is JsonArray list)
        {
            for (int i = list.Count - 1; i >= 0; i--)
            {
                MergeOne(map, list[i], at);
            }
        }
        else
        {
            MergeOne(map, source, at);
        }
    }

    private static void MergeOne(JsonObject map, JsonNode? source, ParsingEvent at)
    {
        if (source is not JsonObject entries)
        {
            throw Malformed(at, "a merge (<<) needs a mapping or a list of mappings");
        }

        foreach ((string name, JsonNode? value) in entries)
        {
            map[name] = value?.DeepClone();
        }
    }

    private static string KeyText(JsonNode? key, ParsingEvent at) => key switch
    {
        JsonValue value when value.TryGetValue(out string? text) => text,
        JsonValue value => value.ToJsonString(),
        null => throw Malformed(at, "null cannot be a key"),
        _ => throw Malformed(at, "a list or a mapping cannot be a key"),
    };

    private void Count(ParsingEvent at, int nodes)
    {
        _nodes += nodes;
        if (_nodes > MaximumNodes)
        {
            throw Malformed(at, "the document is too large once its aliases are expanded");
        }
    }

    private static int SizeOf(JsonNode? node)
    {
        int size = 1;
        if (node is JsonArray array)
        {
            foreach (JsonNode? item in array)
            {
                size += SizeOf(item);
            }
        }
        else if (node is JsonObject map)
        {
            foreach ((_, JsonNode? value) in map)
            {
                size += SizeOf(value);
            }
        }

        return size;
    }

    private static FormatException Malformed(ParsingEvent at, string problem) =>
        YamlText.MalformedAt(at.Start.Line, at.Start.Column, problem);
}

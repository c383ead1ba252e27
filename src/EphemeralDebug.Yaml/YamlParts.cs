using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EphemeralDebug.Yaml;

/// <summary>The parser's events with their places in the text, in types that may leave the load context.</summary>
internal static class YamlParts
{
    public static List<(string Kind, int Start, int End, string? Text)> Read(IParser parser, string yaml)
    {
        var parts = new List<(string Kind, int Start, int End, string? Text)>();
        while (parser.MoveNext())
        {
            ParsingEvent part = parser.Current!;
            if (Describe(part) is { } description)
            {
                int start = part is NodeEvent node ? ContentStart(yaml, node) : (int)part.Start.Index;
                parts.Add((description.Kind, start, (int)part.End.Index, description.Text));
            }
        }

        return parts;
    }

    private static (string Kind, string? Text)? Describe(ParsingEvent part) => part switch
    {
        DocumentStart => ("document", null),
        MappingStart mapping => (mapping.Style == MappingStyle.Flow ? "flow mapping" : "mapping", null),
        SequenceStart sequence => (sequence.Style == SequenceStyle.Flow ? "flow sequence" : "sequence", null),
        MappingEnd or SequenceEnd => ("end", null),
        AnchorAlias alias => ("alias", alias.Value.Value),
        Scalar scalar => (Describe(scalar.Style), scalar.Value),
        _ => null,
    };

    private static string Describe(ScalarStyle style) => style switch
    {
        ScalarStyle.Plain => "plain",
        ScalarStyle.SingleQuoted => "single quoted",
        ScalarStyle.DoubleQuoted => "double quoted",
        _ => "block",
    };

    /// <summary>Where a node begins once its anchor and tag are passed, which the parser counts as a part of it.</summary>
    private static int ContentStart(string yaml, NodeEvent node)
    {
        int at = (int)node.Start.Index;
        int end = (int)node.End.Index;
        if (node.Anchor.IsEmpty && node.Tag.IsEmpty)
        {
            return at;
        }

        while (at < end && yaml[at] is '&' or '!')
        {
            while (at < end && !char.IsWhiteSpace(yaml[at]))
            {
                at++;
            }

            while (at < end && char.IsWhiteSpace(yaml[at]))
            {
                at++;
            }
        }

        return at;
    }
}

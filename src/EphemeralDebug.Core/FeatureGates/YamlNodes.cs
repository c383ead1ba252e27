using EphemeralDebug.Configuration;

namespace EphemeralDebug.FeatureGates;

/// <summary>The documents of a YAML text as nodes with their places.</summary>
internal static class YamlNodes
{
    /// <summary>The root node of each document.</summary>
    /// <exception cref="FormatException">It is not YAML; the message says where.</exception>
    public static IReadOnlyList<TextNode> Read(string yaml)
    {
        var documents = new List<TextNode>();
        var parts = new Queue<(string Kind, int Start, int End, string? Text)>(YamlReader.ReadParts(yaml));
        while (parts.TryDequeue(out var part))
        {
            if (part.Kind != "document")
            {
                throw new FormatException("a node outside of any document");
            }

            documents.Add(ReadNode(parts));
        }

        return documents;
    }

    private static TextNode ReadNode(Queue<(string Kind, int Start, int End, string? Text)> parts)
    {
        (string kind, int start, int end, string? text) = parts.Dequeue();
        switch (kind)
        {
            case "mapping" or "flow mapping":
                var mapping = new TextMapping(start, start + Opening(kind), Opening(kind) > 0);
                while (!TryEnd(parts))
                {
                    mapping.Entries.Add((ReadNode(parts), ReadNode(parts)));
                }

                return mapping;
            case "sequence" or "flow sequence":
                var sequence = new TextSequence(start, start + Opening(kind), Opening(kind) > 0);
                while (!TryEnd(parts))
                {
                    sequence.Items.Add(ReadNode(parts));
                }

                return sequence;
            case "alias":
                return new TextAlias(start, end);
            default:
                return new TextScalar(start, end, text ?? "", Form(kind));
        }
    }

    private static bool TryEnd(Queue<(string Kind, int Start, int End, string? Text)> parts)
    {
        if (parts.Peek().Kind != "end")
        {
            return false;
        }

        parts.Dequeue();
        return true;
    }

    /// <summary>How many characters open a collection.</summary>
    private static int Opening(string kind) => kind is "flow mapping" or "flow sequence" ? 1 : 0;

    private static ScalarForm Form(string kind) => kind switch
    {
        "plain" => ScalarForm.Plain,
        "single quoted" => ScalarForm.SingleQuoted,
        "double quoted" => ScalarForm.DoubleQuoted,
        _ => ScalarForm.Block,
    };
}

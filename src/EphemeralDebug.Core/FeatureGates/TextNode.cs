namespace EphemeralDebug.FeatureGates;

/// <summary>How a scalar is written.</summary>
internal enum ScalarForm
{
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Block,
}

/// <summary>A node of YAML or JSON and its place in the text.</summary>
/// <param name="Start">Where its content begins.</param>
/// <param name="End">Behind its last character; of collections, behind what opens them.</param>
internal abstract record TextNode(int Start, int End);

/// <summary>A scalar.</summary>
internal sealed record TextScalar(int Start, int End, string Value, ScalarForm Form) : TextNode(Start, End)
{
    public bool IsQuoted => Form is ScalarForm.SingleQuoted or ScalarForm.DoubleQuoted;
}

/// <summary>An alias: what it stands for is written elsewhere.</summary>
internal sealed record TextAlias(int Start, int End) : TextNode(Start, End);

/// <summary>A list.</summary>
internal sealed record TextSequence(int Start, int End, bool IsFlow) : TextNode(Start, End)
{
    public List<TextNode> Items { get; } = [];
}

/// <summary>A mapping.</summary>
internal sealed record TextMapping(int Start, int End, bool IsFlow) : TextNode(Start, End)
{
    public List<(TextNode Key, TextNode Value)> Entries { get; } = [];

    /// <summary>The entries of a key; more than one is a mistake in the file.</summary>
    public IEnumerable<(TextScalar Key, TextNode Value)> Find(string key)
    {
        foreach ((TextNode name, TextNode value) in Entries)
        {
            if (name is TextScalar scalar && scalar.Value == key)
            {
                yield return (scalar, value);
            }
        }
    }
}

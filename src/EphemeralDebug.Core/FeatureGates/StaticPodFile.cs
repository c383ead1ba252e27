using System.Text.Json.Nodes;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Api;

namespace EphemeralDebug.FeatureGates;

/// <summary>The flag --feature-gates of a control plane component, in the manifest of its static pod.</summary>
internal sealed class StaticPodFile : GateFile
{
    private readonly StructuredDocuments _documents;
    private readonly int _index;
    private readonly ComponentContainer _container;
    private readonly string _gate;
    private readonly ListedWord[] _words;
    private readonly ListedFlag[] _flags;

    public StaticPodFile(StructuredDocuments documents, int index, ComponentContainer container, string gate)
    {
        _documents = documents;
        _index = index;
        _container = container;
        _gate = gate;
        _words = [.. Words("command"), .. Words("args")];
        _flags = [.. FindFlags()];
        Current = _flags.LastOrDefault(flag => flag.Mention is not null)?.Mention?.Value;
    }

    public override FeatureGateFileKind Kind => _container.Kind;

    public override bool? Current { get; }

    public override JsonNode Content => _documents.Content;

    public override KubernetesVersion? Version => KubernetesVersion.OfImage(Container(Content).Text("image"));

    public override GateEdit Set(bool value)
    {
        var edits = new StructuredEdits(_documents);
        if (_flags.LastOrDefault(flag => flag.Mention is not null) is { Mention: { } mention } mentioned)
        {
            TextScalar scalar = Scalar(mentioned.Word);
            int start = mentioned.ValueStart + mention.Start;
            string text = GateList.Text(value);
            return new GateEdit(
                [edits.Replace(scalar, start, mention.Length, text)],
                Expect(mentioned.Word, scalar.Value.Remove(start, mention.Length).Insert(start, text)));
        }

        string entry = GateList.Entry(_gate, value);
        if (_flags is [.., ListedFlag last])
        {
            TextScalar scalar = Scalar(last.Word);
            string addition = GateList.Separator(last.Value) + entry;
            return new GateEdit(edits.Append(scalar, last.Word.List.IsFlow, addition), Expect(last.Word, scalar.Value + addition));
        }

        return AddFlag(edits, $"{GateList.Flag}={entry}");
    }

    private GateEdit AddFlag(StructuredEdits edits, string flag)
    {
        if (_words.FirstOrDefault(word => word.Text == "--") is { } end)
        {
            throw _documents.Error(end.Node, "what follows a bare -- is no flag any more; add the flag by hand before it");
        }

        ListedWord place = _words.LastOrDefault(word => word.Text.StartsWith("--", StringComparison.Ordinal))
            ?? _words.LastOrDefault()
            ?? throw _documents.Error(_container.Node, "the container has neither command nor args to add the flag to");
        JsonNode expected = Content.DeepClone();
        ((JsonArray)Container(expected)[place.ListName]!).Add((JsonNode)flag);
        return new GateEdit([edits.AddItem(place.List, flag)], expected);
    }

    private JsonNode Expect(ListedWord word, string text)
    {
        JsonNode expected = Content.DeepClone();
        Container(expected)[word.ListName]![word.Index] = text;
        return expected;
    }

    private TextScalar Scalar(ListedWord word) => word.Node as TextScalar
        ?? throw _documents.Error(word.Node, "the flag stands for what is written elsewhere, which would change with it");

    private JsonObject Container(JsonNode content) => (JsonObject)content[_index]!["spec"]!["containers"]![_container.Index]!;

    private IEnumerable<ListedWord> Words(string list)
    {
        if (Container(Content)[list] is not JsonArray values)
        {
            yield break;
        }

        if (_container.Node.Find(list).ToArray() is not [(_, TextSequence node)])
        {
            throw _documents.Error(_container.Node, $"the container's {list} is given twice, or stands for what is written elsewhere");
        }

        for (int i = 0; i < values.Count; i++)
        {
            yield return new ListedWord(list, node, i, node.Items[i], values[i].Text() ?? "");
        }
    }

    private IEnumerable<ListedFlag> FindFlags()
    {
        for (int i = 0; i < _words.Length && _words[i].Text != "--"; i++)
        {
            if (!GateList.IsFlag(_words[i].Text, out string? value))
            {
                continue;
            }

            if (value is not null)
            {
                yield return Flag(_words[i], _words[i].Text.Length - value.Length, value);
            }
            else if (++i < _words.Length)
            {
                yield return Flag(_words[i], 0, _words[i].Text);
            }
        }
    }

    private ListedFlag Flag(ListedWord word, int valueStart, string value)
    {
        try
        {
            return new ListedFlag(word, valueStart, value, GateList.Find(value, _gate));
        }
        catch (FormatException exception)
        {
            throw _documents.Error(word.Node, exception.Message);
        }
    }

    /// <summary>A word of the container's command line.</summary>
    private sealed record ListedWord(string ListName, TextSequence List, int Index, TextNode Node, string Text);

    /// <summary>A value of --feature-gates: the word that holds it, where in it, and what it says of the gate.</summary>
    private sealed record ListedFlag(
        ListedWord Word, int ValueStart, string Value, (bool Value, int Start, int Length)? Mention);
}

using System.Text.Json.Nodes;
using System.Text.Json;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.FeatureGates;

/// <summary>The field featureGates of a KubeletConfiguration.</summary>
internal sealed class KubeletConfigurationFile : GateFile
{
    private const string Field = "featureGates";

    private readonly StructuredDocuments _documents;
    private readonly int _index;
    private readonly string _gate;

    public KubeletConfigurationFile(StructuredDocuments documents, int index, string gate)
    {
        _documents = documents;
        _index = index;
        _gate = gate;
        Current = ReadCurrent();
    }

    public override FeatureGateFileKind Kind => FeatureGateFileKind.KubeletConfiguration;

    public override bool? Current { get; }

    public override JsonNode Content => _documents.Content;

    private TextMapping Root => (TextMapping)_documents.Nodes[_index];

    /// <summary>Whether a document is a KubeletConfiguration.</summary>
    public static bool Matches(JsonObject document) =>
        document.Text("kind") == "KubeletConfiguration"
        && document.Text("apiVersion")?.StartsWith("kubelet.config.k8s.io/", StringComparison.Ordinal) == true;

    public override GateEdit Set(bool value)
    {
        JsonNode expected = Content.DeepClone();
        if (expected[_index]![Field] is not JsonObject gates)
        {
            expected[_index]![Field] = gates = [];
        }

        gates[_gate] = value;
        return new GateEdit([Edit(GateList.Text(value))], expected);
    }

    private bool? ReadCurrent()
    {
        JsonNode? gates = Content[_index]![Field];
        if (gates is not (null or JsonObject))
        {
            throw _documents.Error(Root.Find(Field).FirstOrDefault().Value ?? Root, $"{Field} is not a mapping");
        }

        return gates?[_gate] switch
        {
            null => null,
            JsonNode node when node.GetValueKind() is JsonValueKind.True or JsonValueKind.False => node.GetValue<bool>(),
            _ => throw _documents.Error(
                Root.Find(Field).First().Value, $"the value of {Field}.{_gate} is neither true nor false"),
        };
    }

    private TextEdit Edit(string value)
    {
        var edits = new StructuredEdits(_documents);
        string FlowGates(string quote) => $" {{{Entry(quote, value)}}}";
        if (Single(Root, Field) is not { } field)
        {
            (TextScalar, TextNode) kind = Root.Find("kind").First();
            return edits.AddEntry(Root, kind, Field, quote => $"\n  {Entry(quote, value)}", FlowGates);
        }

        return field.Value switch
        {
            TextMapping gates => EditGates(edits, gates, value),
            TextScalar { Form: ScalarForm.Plain } nothing when nothing.Start == nothing.End && !Root.IsFlow =>
                InsertBelow(field.Key, value),
            TextScalar nothing => new TextEdit(
                nothing.Start,
                nothing.End - nothing.Start,
                nothing.Start == nothing.End ? FlowGates(Quote(field.Key)) : FlowGates(Quote(field.Key)).TrimStart()),
            _ => throw _documents.Error(field.Value, $"{Field} stands for what is written elsewhere, which would change with it"),
        };
    }

    private TextEdit EditGates(StructuredEdits edits, TextMapping gates, string value)
    {
        if (Single(gates, _gate) is { } gate)
        {
            return gate.Value is TextScalar { Form: not ScalarForm.Block } scalar
                ? new TextEdit(scalar.Start, scalar.End - scalar.Start, value)
                : throw _documents.Error(gate.Value, $"the value of {_gate} is written elsewhere, which would change with it");
        }

        if (gates.Entries is [.., (TextNode, TextNode) last])
        {
            return edits.AddEntry(gates, last, _gate, _ => $" {value}", _ => $" {value}");
        }

        return TextEdit.Insert(gates.End, Entry(Quote(Root.Find("kind").First().Key), value));
    }

    /// <summary>A key without a value gets lines of its own.</summary>
    private TextEdit InsertBelow(TextScalar key, string value)
    {
        string indent = TextLines.Before(_documents.Text, key.Start);
        string line = TextLines.Break(_documents.Text, key.Start);
        return TextEdit.Insert(TextLines.End(_documents.Text, key.End), $"{line}{indent}  {Entry(Quote(key), value)}");
    }

    private static string Quote(TextScalar like) => like.IsQuoted ? "\"" : "";

    private string Entry(string quote, string value) => $"{quote}{_gate}{quote}: {value}";

    private (TextScalar Key, TextNode Value)? Single(TextMapping mapping, string key)
    {
        (TextScalar Key, TextNode Value)[] found = [.. mapping.Find(key)];
        return found switch
        {
            [] => null,
            [var only] => only,
            [_, var second, ..] => throw _documents.Error(second.Key, $"{key} is given twice"),
        };
    }
}

namespace EphemeralDebug.FeatureGates;

/// <summary>Edits of YAML and JSON that leave every other character where it is.</summary>
internal sealed class StructuredEdits(StructuredDocuments documents)
{
    private readonly string _text = documents.Text;

    /// <summary>Puts an entry behind another one of a mapping.</summary>
    /// <param name="mapping">The mapping.</param>
    /// <param name="neighbour">The entry before; its value stands on one line.</param>
    /// <param name="key">The new key.</param>
    /// <param name="block">What follows the colon in block style, for a quote around keys; lines are indented against the key.</param>
    /// <param name="flow">What follows the colon in flow style, likewise.</param>
    public TextEdit AddEntry(
        TextMapping mapping, (TextNode Key, TextNode Value) neighbour, string key, Func<string, string> block, Func<string, string> flow)
    {
        string quote = QuoteOf(neighbour.Key);
        string quotedKey = quote + key + quote;
        if (mapping.IsFlow)
        {
            return AddToFlow(mapping, neighbour.Key, neighbour.Value, $"{quotedKey}:{flow(quote)}");
        }

        string indent = TextLines.Before(_text, neighbour.Key.Start);
        if (indent.Trim().Length > 0 || neighbour.Value is not (TextAlias or TextScalar { Form: not ScalarForm.Block }))
        {
            throw documents.Error(neighbour.Key, "an entry can't be added after this one");
        }

        string line = TextLines.Break(_text, neighbour.Value.End);
        string lines = $"{quotedKey}:{block(quote)}".ReplaceLineEndings(line + indent);
        return TextEdit.Insert(TextLines.End(_text, neighbour.Value.End), line + indent + lines);
    }

    /// <summary>Puts an item at the end of a list.</summary>
    public TextEdit AddItem(TextSequence list, string word)
    {
        if (list.Items is not [.., TextNode last])
        {
            return TextEdit.Insert(list.End, $"\"{word}\"");
        }

        if (last is not (TextAlias or TextScalar { Form: not ScalarForm.Block }))
        {
            throw documents.Error(last, "an item can't be added after this one");
        }

        string quote = QuoteOf(last);
        if (list.IsFlow)
        {
            return AddToFlow(list, last, last, quote + word + quote);
        }

        string prefix = TextLines.Before(_text, last.Start);
        if (prefix.Trim() != "-")
        {
            throw documents.Error(last, "an item can't be added after this one: it does not stand on a line of its own");
        }

        return TextEdit.Insert(
            TextLines.End(_text, last.End), TextLines.Break(_text, last.End) + prefix + quote + word + quote);
    }

    /// <summary>Puts text at the end of a scalar.</summary>
    public IReadOnlyList<TextEdit> Append(TextScalar scalar, bool inFlow, string addition) => scalar switch
    {
        { IsQuoted: true } => [TextEdit.Insert(scalar.End - 1, addition)],
        { Form: ScalarForm.Plain } when inFlow => [TextEdit.Insert(scalar.Start, "\""), TextEdit.Insert(scalar.End, addition + '"')],
        { Form: ScalarForm.Plain } => [TextEdit.Insert(scalar.End, addition)],
        _ => throw documents.Error(scalar, "a block scalar can't be edited; write the flag on one line"),
    };

    /// <summary>Replaces a part of a scalar's value.</summary>
    public TextEdit Replace(TextScalar scalar, int start, int length, string replacement)
    {
        int quote = scalar.IsQuoted ? 1 : 0;
        int contentStart = scalar.Start + quote;
        string content = _text[contentStart..(scalar.End - quote)];
        if (scalar.Form != ScalarForm.Block && content == scalar.Value)
        {
            return new TextEdit(contentStart + start, length, replacement);
        }

        // Written with escapes or over several lines: found by what it says, when that stands there just once.
        int name = scalar.Value.LastIndexOf(',', start) + 1;
        string entry = scalar.Value[Math.Max(name, scalar.Value.LastIndexOf('=', start - 2) + 1)..(start + length)];
        int found = content.IndexOf(entry, StringComparison.Ordinal);
        return found >= 0 && content.LastIndexOf(entry, StringComparison.Ordinal) == found
            ? new TextEdit(contentStart + found + entry.Length - length, length, replacement)
            : throw documents.Error(scalar, "the flag is written with escapes or over several lines; write it on one line");
    }

    private static string QuoteOf(TextNode node) => node is TextScalar { IsQuoted: true } scalar
        ? scalar.Form == ScalarForm.DoubleQuoted ? "\"" : "'"
        : "";

    /// <summary>Adds to what is in brackets; on a line of its own where the neighbour has one.</summary>
    private TextEdit AddToFlow(TextNode collection, TextNode first, TextNode last, string addition)
    {
        string indent = TextLines.Before(_text, first.Start);
        bool onOwnLine = indent.Trim().Length == 0 && TextLines.Start(_text, first.Start) >= collection.End;
        return TextEdit.Insert(last.End, "," + (onOwnLine ? TextLines.Break(_text, collection.Start) + indent : " ") + addition);
    }
}

using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;

namespace EphemeralDebug.Yaml;

/// <summary>YAML text from and as JSON nodes, read as kubectl reads it (go-yaml 2: the scalars of YAML 1.1).</summary>
public static class YamlText
{
    /// <summary>
    /// Reads the first document of <paramref name="yaml"/>. Returns null for an empty document or a null value.
    /// A key that is given twice counts with its last value; keys that are numbers or booleans become text.
    /// </summary>
    /// <exception cref="FormatException">The text is not YAML; the message says where (line and column).</exception>
    public static JsonNode? ToJson(string yaml) => Parse(yaml, static parser => new YamlDocumentReader(parser).ReadAll().FirstOrDefault());

    /// <summary>Reads every document of <paramref name="yaml"/>, as <see cref="ToJson"/> reads one.</summary>
    /// <exception cref="FormatException">The text is not YAML; the message says where (line and column).</exception>
    public static JsonNode?[] ToJsonDocuments(string yaml) => Parse(yaml, static parser => new YamlDocumentReader(parser).ReadAll().ToArray());

    /// <summary>
    /// Writes a document in block style, ending in a line feed, which readers of YAML 1.1 and of 1.2 understand alike.
    /// </summary>
    public static string FromJson(JsonNode? node)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var settings = new EmitterSettings(
            bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024, newLine: "\n");
        new YamlDocumentWriter(new Emitter(text, settings)).Write(node);
        return text.ToString();
    }

    /// <summary>
    /// The nodes of all documents in the order of the text, for who edits it: each with its kind (<c>document</c>,
    /// <c>mapping</c>, <c>flow mapping</c>, <c>sequence</c>, <c>flow sequence</c>, <c>end</c>, <c>plain</c>,
    /// <c>single quoted</c>, <c>double quoted</c>, <c>block</c>, <c>alias</c>), where it begins after its anchor and tag,
    /// where scalars and aliases end, and the value of scalars.
    /// </summary>
    /// <exception cref="FormatException">The text is not YAML; the message says where (line and column).</exception>
    public static IReadOnlyList<(string Kind, int Start, int End, string? Text)> ToParts(string yaml) =>
        Parse(yaml, parser => YamlParts.Read(parser, yaml));

    private static T Parse<T>(string yaml, Func<IParser, T> read)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        RejectControlCharacters(yaml);
        using var text = new StringReader(yaml);
        var parser = new Parser(text);
        try
        {
            return read(parser);
        }
        catch (YamlException e)
        {
            throw MalformedAt(e.Start.Line, e.Start.Column, FirstSentence(e.Message));
        }
        catch (InvalidOperationException)
        {
            // The scanner ends so at text in a flow collection that is not indented.
            Mark end = parser.Current?.End ?? Mark.Empty;
            throw MalformedAt(end.Line, end.Column, "wrong indentation after this");
        }
    }

    internal static FormatException MalformedAt(long line, long column, string problem) =>
        new(string.Create(CultureInfo.InvariantCulture, $"line {line}, column {column}: {problem}"));

    // The parser lets most control characters through; YAML (and go-yaml) refuse them anywhere in the text.
    private static void RejectControlCharacters(string yaml)
    {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < yaml.Length; i++)
        {
            char c = yaml[i];
            if (c == '\n')
            {
                line++;
                lineStart = i + 1;
            }
            else if (char.IsControl(c) && c is not ('\t' or '\r' or '\u0085'))
            {
                throw MalformedAt(line, i - lineStart + 1, "control characters are not allowed");
            }
        }
    }

    // YamlDotNet appends what it was doing; the first sentence is what went wrong.
    private static string FirstSentence(string message)
    {
        int end = message.IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).TrimEnd('.');
    }
}

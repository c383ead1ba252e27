using System.Text;
using System.Text.Json;

namespace EphemeralDebug.FeatureGates;

/// <summary>A JSON text as nodes with their places.</summary>
internal ref struct JsonNodes
{
    private readonly byte[] _utf8;
    private Utf8JsonReader _reader;
    private int _readBytes;
    private int _readCharacters;

    private JsonNodes(string json)
    {
        _utf8 = Encoding.UTF8.GetBytes(json);
        _reader = new Utf8JsonReader(_utf8, new JsonReaderOptions { MaxDepth = 200 });
    }

    /// <summary>The node of the whole text.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static TextNode Read(string json)
    {
        var nodes = new JsonNodes(json);
        nodes._reader.Read();
        TextNode root = nodes.ReadNode();
        nodes._reader.Read();
        return root;
    }

    private TextNode ReadNode()
    {
        int start = Place(_reader.TokenStartIndex);
        int end = Place(_reader.BytesConsumed);
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var mapping = new TextMapping(start, end, IsFlow: true);
                while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
                {
                    TextScalar key = Text();
                    _reader.Read();
                    mapping.Entries.Add((key, ReadNode()));
                }

                return mapping;
            case JsonTokenType.StartArray:
                var sequence = new TextSequence(start, end, IsFlow: true);
                while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
                {
                    sequence.Items.Add(ReadNode());
                }

                return sequence;
            case JsonTokenType.String:
                return Text();
            default:
                return new TextScalar(start, end, Encoding.UTF8.GetString(_reader.ValueSpan), ScalarForm.Plain);
        }
    }

    private TextScalar Text()
    {
        // What a property name consumes includes its colon; the token itself is the value and its quotes.
        int start = Place(_reader.TokenStartIndex);
        int end = Place(_reader.TokenStartIndex + _reader.ValueSpan.Length + 2);
        return new TextScalar(start, end, _reader.GetString()!, ScalarForm.DoubleQuoted);
    }

    /// <summary>The character at a byte; asked in the order of the text, so that each byte is counted once.</summary>
    private int Place(long byteIndex)
    {
        int index = (int)byteIndex;
        if (index < _readBytes)
        {
            return _readCharacters - Encoding.UTF8.GetCharCount(_utf8, index, _readBytes - index);
        }

        _readCharacters += Encoding.UTF8.GetCharCount(_utf8, _readBytes, index - _readBytes);
        _readBytes = index;
        return _readCharacters;
    }
}

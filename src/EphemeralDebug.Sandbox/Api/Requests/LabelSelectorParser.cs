using System.Globalization;
using EphemeralDebug.Sandbox.Api.Validation;

namespace EphemeralDebug.Sandbox.Api.Requests;

/// <summary>
/// Reads label selectors by the grammar of Kubernetes (k8s.io/apimachinery/pkg/labels), with its words for what is wrong.
/// </summary>
internal sealed class LabelSelectorParser(string text)
{
    private const string BinaryOperators = "in, notin, =, ==, !=, gt, lt";
    private const string SpecialCharacters = "=!(),><";

    private static readonly HashSet<string> Operators = new(StringComparer.Ordinal) { "in", "notin", "=", "==", "!=", ">", "<" };
    private static readonly HashSet<string> Symbols = new(StringComparer.Ordinal) { ")", ",", "!", "==", "=", ">", "<", "!=", "(" };

    private readonly List<string> _tokens = Scan(text);
    private int _position;

    /// <summary>The token here; empty at the end.</summary>
    private string Token => _position < _tokens.Count ? _tokens[_position] : "";

    /// <summary>All requirements.</summary>
    /// <exception cref="FormatException">The text is no selector.</exception>
    public IReadOnlyList<LabelRequirement> Parse()
    {
        List<LabelRequirement> requirements = [];
        while (Token.Length > 0)
        {
            if (!IsIdentifier(Token) && Token != "!")
            {
                throw new FormatException($"found '{Token}', expected: !, identifier, or 'end of string'");
            }

            requirements.Add(ParseRequirement());
            if (Token.Length == 0)
            {
                break;
            }

            if (Take() is var separator && separator != ",")
            {
                throw new FormatException($"found '{separator}', expected: ',' or 'end of string'");
            }

            if (!IsIdentifier(Token) && Token != "!")
            {
                throw new FormatException($"found '{Token}', expected: identifier after ','");
            }
        }

        return requirements;
    }

    private LabelRequirement ParseRequirement()
    {
        bool absent = Token == "!";
        _position += absent ? 1 : 0;
        string key = Take();
        if (!IsIdentifier(key))
        {
            throw Unparsable($"found '{key}', expected: identifier");
        }

        Require("<nil>", key, NameRules.QualifiedName(key));
        if (absent || Token is "" or ",")
        {
            return new LabelRequirement(key, absent ? "!" : "exists", []);
        }

        string operation = Take();
        if (!Operators.Contains(operation))
        {
            throw Unparsable($"found '{operation}', expected: {BinaryOperators}");
        }

        SortedSet<string> values = operation is "in" or "notin" ? ParseValues() : ParseValue();
        Check(key, operation, values);
        return new LabelRequirement(key, operation, values);
    }

    private static void Check(string key, string operation, SortedSet<string> values)
    {
        foreach ((int index, string value) in values.Index())
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"values[{index}]");
            if (operation is ">" or "<" && !long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            {
                Require(place, value, ["for 'Gt', 'Lt' operators, the value must be an integer"]);
            }

            Require($"{place}[{key}]", value, NameRules.LabelValue(value));
        }
    }

    private SortedSet<string> ParseValue()
    {
        string value = Token is "" or "," ? "" : Take();
        return value.Length == 0 || IsIdentifier(value) ? [value] : throw Unparsable($"found '{value}', expected: identifier");
    }

    /// <summary>"(a,b)", in which values may be empty.</summary>
    private SortedSet<string> ParseValues()
    {
        if (Take() is var open && open != "(")
        {
            throw Unparsable($"found '{open}' expected: '('");
        }

        SortedSet<string> values = new(StringComparer.Ordinal);
        while (true)
        {
            values.Add(IsIdentifier(Token) ? Take() : "");
            switch (Take())
            {
                case ")":
                    return values;
                case ",":
                    break;
                case var found:
                    throw Unparsable($"found '{found}', expected: ',' or ')'");
            }
        }
    }

    private string Take()
    {
        string token = Token;
        _position++;
        return token;
    }

    private static void Require(string place, string value, IEnumerable<string> mistakes)
    {
        string[] found = [.. mistakes];
        if (found.Length > 0)
        {
            throw Unparsable(FieldError.Invalid(place, value, string.Join("; ", found)).ToString());
        }
    }

    private static FormatException Unparsable(string why) => new($"unable to parse requirement: {why}");

    /// <summary>True for names and values; the words for operators are names where a name is expected.</summary>
    private static bool IsIdentifier(string token) => token.Length > 0 && !SpecialCharacters.Contains(token[0], StringComparison.Ordinal);

    private static List<string> Scan(string text)
    {
        List<string> tokens = [];
        int position = 0;
        while (position < text.Length)
        {
            if (char.IsWhiteSpace(text[position]))
            {
                position++;
                continue;
            }

            int length = SpecialCharacters.Contains(text[position], StringComparison.Ordinal) ? SymbolLength(text, position) : WordLength(text, position);
            tokens.Add(text.Substring(position, length));
            position += length;
        }

        return tokens;
    }

    private static int SymbolLength(string text, int position) =>
        position + 2 <= text.Length && Symbols.Contains(text.Substring(position, 2)) ? 2 : 1;

    private static int WordLength(string text, int position)
    {
        int end = position;
        while (end < text.Length && !char.IsWhiteSpace(text[end]) && !SpecialCharacters.Contains(text[end], StringComparison.Ordinal))
        {
            end++;
        }

        return end - position;
    }
}

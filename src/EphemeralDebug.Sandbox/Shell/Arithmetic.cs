using System.Globalization;

namespace EphemeralDebug.Sandbox.Shell;

/// <summary>Evaluates <c>$((…))</c> with 64-bit integers and C's operators (POSIX 2.6.4).</summary>
internal sealed class Arithmetic
{
    private static readonly string[][] BinaryOperators =
    [
        ["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<=", ">=", "<", ">"], ["<<", ">>"], ["+", "-"], ["*", "/", "%"],
    ];

    private static readonly string[] AssignmentOperators = ["=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "|=", "^="];

    private readonly string _text;
    private readonly ShellVariables _variables;
    private int _position;

    private Arithmetic(string text, ShellVariables variables)
    {
        _text = text;
        _variables = variables;
    }

    /// <summary>The value of an expression; names in it are variables.</summary>
    /// <exception cref="ShellErrorException">It is no expression.</exception>
    public static long Evaluate(string text, ShellVariables variables)
    {
        var arithmetic = new Arithmetic(text, variables);
        arithmetic.SkipBlanks();
        if (arithmetic._position == text.Length)
        {
            return 0;
        }

        long value = arithmetic.ParseAssignment();
        return arithmetic._position == text.Length ? value : throw SyntaxError();
    }

    private long ParseAssignment()
    {
        int start = _position;
        string name = TakeName();
        if (name.Length > 0 && TakeAssignmentOperator() is { } operatorText)
        {
            long right = ParseAssignment();
            long value = operatorText == "=" ? right : Apply(operatorText[..^1], Read(name), right);
            _variables.Set(name, value.ToString(CultureInfo.InvariantCulture));
            return value;
        }

        _position = start;
        return ParseConditional();
    }

    private long ParseConditional()
    {
        long condition = ParseBinary(0);
        if (!Take("?"))
        {
            return condition;
        }

        long yes = ParseAssignment();
        if (!Take(":"))
        {
            throw SyntaxError();
        }

        long no = ParseConditional();
        return condition != 0 ? yes : no;
    }

    private long ParseBinary(int level)
    {
        if (level == BinaryOperators.Length)
        {
            return ParseUnary();
        }

        long left = ParseBinary(level + 1);
        while (TakeBinaryOperator(level) is { } operatorText)
        {
            left = Apply(operatorText, left, ParseBinary(level + 1));
        }

        return left;
    }

    private long ParseUnary()
    {
        if (Take("!"))
        {
            return ParseUnary() == 0 ? 1 : 0;
        }

        if (Take("~"))
        {
            return ~ParseUnary();
        }

        if (Take("-"))
        {
            return -ParseUnary();
        }

        return Take("+") ? ParseUnary() : ParsePrimary();
    }

    private long ParsePrimary()
    {
        if (Take("("))
        {
            long value = ParseAssignment();
            return Take(")") ? value : throw SyntaxError();
        }

        if (TakeName() is { Length: > 0 } name)
        {
            return Read(name);
        }

        int start = _position;
        while (_position < _text.Length && char.IsAsciiLetterOrDigit(_text[_position]))
        {
            _position++;
        }

        long number = ParseNumber(_text[start.._position]);
        SkipBlanks();
        return number;
    }

    private long Read(string name) => _variables[name] is { Length: > 0 } value ? Evaluate(value, _variables) : 0;

    private static long ParseNumber(string digits)
    {
        try
        {
            if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            {
                return Convert.ToInt64(digits[2..], 16);
            }

            return digits.Length > 1 && digits[0] == '0'
                ? Convert.ToInt64(digits, 8)
                : long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or ArgumentException)
        {
            throw SyntaxError();
        }
    }

    private static long Apply(string operatorText, long left, long right) => operatorText switch
    {
        "||" => left != 0 || right != 0 ? 1 : 0,
        "&&" => left != 0 && right != 0 ? 1 : 0,
        "|" => left | right,
        "^" => left ^ right,
        "&" => left & right,
        "==" => left == right ? 1 : 0,
        "!=" => left != right ? 1 : 0,
        "<=" => left <= right ? 1 : 0,
        ">=" => left >= right ? 1 : 0,
        "<" => left < right ? 1 : 0,
        ">" => left > right ? 1 : 0,
        "<<" => left << (int)right,
        ">>" => left >> (int)right,
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" or "%" when right == 0 => throw new ShellErrorException("divide by zero"),
        "/" => left / right,
        _ => left % right,
    };

    private string? TakeBinaryOperator(int level)
    {
        foreach (string operatorText in BinaryOperators[level])
        {
            if (_text.AsSpan(_position).StartsWith(operatorText) && !IsPartOfLonger(operatorText))
            {
                _position += operatorText.Length;
                SkipBlanks();
                return operatorText;
            }
        }

        return null;
    }

    /// <summary>A single <c>|</c> is not the beginning of <c>||</c>, and so on.</summary>
    private bool IsPartOfLonger(string operatorText)
    {
        char next = _position + operatorText.Length < _text.Length ? _text[_position + operatorText.Length] : '\0';
        return operatorText is "|" or "&" or "<" or ">" && next == operatorText[0];
    }

    private string? TakeAssignmentOperator()
    {
        foreach (string operatorText in AssignmentOperators)
        {
            ReadOnlySpan<char> rest = _text.AsSpan(_position);
            if (rest.StartsWith(operatorText) && !(operatorText == "=" && rest.StartsWith("==")))
            {
                _position += operatorText.Length;
                SkipBlanks();
                return operatorText;
            }
        }

        return null;
    }

    private string TakeName()
    {
        int start = _position;
        if (start < _text.Length && (char.IsAsciiLetter(_text[start]) || _text[start] == '_'))
        {
            while (_position < _text.Length && (char.IsAsciiLetterOrDigit(_text[_position]) || _text[_position] == '_'))
            {
                _position++;
            }
        }

        string name = _text[start.._position];
        SkipBlanks();
        return name;
    }

    private bool Take(string text)
    {
        if (!_text.AsSpan(_position).StartsWith(text))
        {
            return false;
        }

        _position += text.Length;
        SkipBlanks();
        return true;
    }

    private void SkipBlanks()
    {
        while (_position < _text.Length && char.IsWhiteSpace(_text[_position]))
        {
            _position++;
        }
    }

    private static ShellErrorException SyntaxError() => new("arithmetic syntax error");
}

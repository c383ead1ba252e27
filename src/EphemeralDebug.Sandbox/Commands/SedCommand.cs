using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Commands;

/// <summary>
/// The command sed, as far as one-liners go: the commands s, p, d, q, = and y with addresses by number, <c>$</c> and
/// pattern.
/// </summary>
internal sealed class SedCommand
{
    private sealed record Address(int Line, bool IsLast, Regex? Pattern);

    private sealed record Edit(Address? From, Address? To, bool Negated, char Name, Regex? Pattern, string Text, string Flags)
    {
        public bool InRange { get; set; }
    }

    private readonly SimulatedProcess _process;
    private readonly List<Edit> _edits = [];
    private readonly bool _quiet;
    private readonly bool _extended;
    private bool _stopped;

    private SedCommand(SimulatedProcess process, bool quiet, bool extended)
    {
        _process = process;
        _quiet = quiet;
        _extended = extended;
    }

    public static async Task<int> RunAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "nrEie:");
        List<string> operands = options.Operands.ToList();
        string script = options.Value('e') ?? (operands.Count > 0 ? operands[0] : throw new UsageException("usage: sed [-nrEi] [-e] SCRIPT [FILE]..."));
        operands.RemoveRange(0, options['e'] ? 0 : 1);
        var sed = new SedCommand(process, options['n'], options['r'] || options['E']);
        sed.Parse(script);
        if (!options['i'])
        {
            (List<string> lines, int status) = await InputFiles.ReadLinesAsync(process, operands);
            await process.WriteAsync(sed.Run(lines));
            return status;
        }

        foreach (string name in operands)
        {
            (List<string> lines, int status) = await InputFiles.ReadLinesAsync(process, [name]);
            if (status != 0)
            {
                return status;
            }

            OpenFile file = FileSystem.Open(process, name, OpenMode.Write | OpenMode.Truncate);
            await file.WriteAsync(ByteText.Encode(sed.Run(lines)), process.Killed);
            file.Release();
        }

        return 0;
    }

    private string Run(List<string> lines)
    {
        var output = new StringBuilder();
        _stopped = false;
        for (int i = 0; i < lines.Count && !_stopped; i++)
        {
            RunLine(lines[i], i + 1, i == lines.Count - 1, output);
        }

        return output.ToString();
    }

    private void RunLine(string line, int number, bool isLast, StringBuilder output)
    {
        foreach (Edit edit in _edits)
        {
            if (!Applies(edit, line, number, isLast))
            {
                continue;
            }

            switch (edit.Name)
            {
                case 's':
                    line = Substitute(edit, line, output);
                    break;
                case 'y':
                    line = string.Concat(line.Select(letter => edit.Flags.IndexOf(letter, StringComparison.Ordinal) is var at and >= 0 && at < edit.Text.Length ? edit.Text[at] : letter));
                    break;
                case 'p':
                    output.Append(line).Append('\n');
                    break;
                case '=':
                    output.Append(CultureInfo.InvariantCulture, $"{number}\n");
                    break;
                case 'd':
                    return;
                case 'q':
                    _stopped = true;
                    output.Append(_quiet ? "" : line + "\n");
                    return;
            }
        }

        output.Append(_quiet ? "" : line + "\n");
    }

    private static string Substitute(Edit edit, string line, StringBuilder output)
    {
        bool everywhere = edit.Flags.Contains('g', StringComparison.Ordinal);
        bool replaced = false;
        string result = edit.Pattern!.Replace(
            line,
            match =>
            {
                replaced = true;
                return ExpandReplacement(edit.Text, match);
            },
            everywhere ? -1 : 1);
        if (replaced && edit.Flags.Contains('p', StringComparison.Ordinal))
        {
            output.Append(result).Append('\n');
        }

        return result;
    }

    private static string ExpandReplacement(string text, Match match)
    {
        var result = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '&')
            {
                result.Append(match.Value);
            }
            else if (text[i] == '\\' && i + 1 < text.Length)
            {
                char next = text[++i];
                result.Append(char.IsAsciiDigit(next) ? match.Groups[next - '0'].Value : next switch
                {
                    'n' => "\n",
                    't' => "\t",
                    _ => next.ToString(),
                });
            }
            else
            {
                result.Append(text[i]);
            }
        }

        return result.ToString();
    }

    private static bool Applies(Edit edit, string line, int number, bool isLast)
    {
        bool result = edit.From is null || IsInRange(edit, line, number, isLast);
        return result != edit.Negated;
    }

    private static bool IsInRange(Edit edit, string line, int number, bool isLast)
    {
        if (edit.InRange)
        {
            edit.InRange = !(Matches(edit.To!, line, number, isLast) || (edit.To!.Line > 0 && number > edit.To.Line));
            return edit.To!.Line == 0 || number <= edit.To.Line;
        }

        bool starts = Matches(edit.From!, line, number, isLast);
        edit.InRange = starts && edit.To is not null && !(edit.To.Line > 0 && edit.To.Line <= number);
        return starts;
    }

    private static bool Matches(Address address, string line, int number, bool isLast) =>
        address.Pattern?.IsMatch(line) ?? (address.IsLast ? isLast : address.Line == number);

    private void Parse(string script)
    {
        int position = 0;
        while (position < script.Length)
        {
            if (script[position] is ' ' or '\t' or '\n' or ';')
            {
                position++;
                continue;
            }

            Address? from = ParseAddress(script, ref position);
            Address? to = null;
            if (position < script.Length && script[position] == ',')
            {
                position++;
                to = ParseAddress(script, ref position) ?? throw new UsageException("unexpected ','");
            }

            bool negated = position < script.Length && script[position] == '!';
            position += negated ? 1 : 0;
            if (position >= script.Length)
            {
                throw new UsageException("missing command");
            }

            _edits.Add(ParseCommand(script, ref position, from, to, negated));
        }
    }

    private Address? ParseAddress(string script, ref int position)
    {
        if (position >= script.Length)
        {
            return null;
        }

        if (script[position] == '$')
        {
            position++;
            return new Address(0, IsLast: true, null);
        }

        if (script[position] == '/')
        {
            position++;
            return new Address(0, IsLast: false, PosixRegex.Create(TakeUntil(script, ref position, '/'), _extended, ignoreCase: false));
        }

        int start = position;
        while (position < script.Length && char.IsAsciiDigit(script[position]))
        {
            position++;
        }

        return position > start ? new Address(int.Parse(script.AsSpan(start, position - start), CultureInfo.InvariantCulture), IsLast: false, null) : null;
    }

    private Edit ParseCommand(string script, ref int position, Address? from, Address? to, bool negated)
    {
        char name = script[position++];
        if (name is 'p' or 'd' or 'q' or '=')
        {
            return new Edit(from, to, negated, name, null, "", "");
        }

        if (name is not ('s' or 'y') || position >= script.Length)
        {
            throw new UsageException($"unsupported command {name}");
        }

        char delimiter = script[position++];
        string pattern = TakeUntil(script, ref position, delimiter);
        string text = TakeUntil(script, ref position, delimiter);
        if (name == 'y')
        {
            return new Edit(from, to, negated, name, null, text, pattern);
        }

        int start = position;
        while (position < script.Length && script[position] is 'g' or 'p' or 'i' or 'I' or (>= '0' and <= '9'))
        {
            position++;
        }

        string flags = script[start..position];
        return new Edit(from, to, negated, name, PosixRegex.Create(pattern, _extended, flags.Contains('i', StringComparison.OrdinalIgnoreCase)), text, flags);
    }

    private static string TakeUntil(string script, ref int position, char delimiter)
    {
        var text = new StringBuilder();
        while (position < script.Length && script[position] != delimiter)
        {
            if (script[position] == '\\' && position + 1 < script.Length)
            {
                // An escaped delimiter is the character itself.
                text.Append(script[position + 1] == delimiter ? "" : "\\");
                position++;
            }

            text.Append(script[position++]);
        }

        return position++ < script.Length ? text.ToString() : throw new UsageException($"unterminated '{delimiter}'");
    }
}

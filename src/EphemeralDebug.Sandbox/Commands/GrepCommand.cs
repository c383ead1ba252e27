using System.Globalization;
using System.Text.RegularExpressions;
using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Commands;

/// <summary>The command grep.</summary>
internal sealed class GrepCommand
{
    private readonly SimulatedProcess _process;
    private readonly CommandOptions _options;
    private readonly List<Regex> _patterns;
    private readonly bool _showsNames;
    private bool _found;

    private GrepCommand(SimulatedProcess process, CommandOptions options, List<Regex> patterns, bool showsNames)
    {
        _process = process;
        _options = options;
        _patterns = patterns;
        _showsNames = showsNames;
    }

    public static async Task<int> RunAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "qalsvcinoEFGwxrRhHe:m:");
        List<string> operands = options.Operands.ToList();
        string pattern = options.Value('e') ?? (operands.Count > 0 ? operands[0] : throw new UsageException("usage: grep [-qalsvcinoEFwxrhH] PATTERN [FILE]..."));
        operands.RemoveRange(0, options['e'] ? 0 : 1);
        bool recursive = options['r'] || options['R'];
        List<string> files = recursive ? [.. (operands.Count == 0 ? ["."] : operands).SelectMany(path => FileTree.Files(process, path))] : operands;
        bool showsNames = options['H'] || (!options['h'] && (files.Count > 1 || recursive));
        List<Regex> patterns = [.. pattern.Split('\n').Select(line => ToRegex(line, options))];
        var grep = new GrepCommand(process, options, patterns, showsNames);
        int status = await InputFiles.ForEachAsync(process, files, grep.SearchAsync, silent: options['s']);
        return grep._found && (status == 0 || options['q']) ? 0 : status == 0 ? 1 : 2;
    }

    private static Regex ToRegex(string pattern, CommandOptions options)
    {
        bool extended = options['E'] || options['F'];
        string text = options['F'] ? Regex.Escape(pattern) : pattern;
        (string open, string close) = extended ? ("(", ")") : (@"\(", @"\)");
        text = options['x'] ? $"^{open}{text}{close}$" : options['w'] ? $@"\b{open}{text}{close}\b" : text;
        return PosixRegex.Create(text, extended, options['i']);
    }

    private async Task SearchAsync(string name, OpenFile file)
    {
        var reader = new LineReader(file, _process.Killed);
        string shownName = name == "-" ? "(standard input)" : name;
        string prefix = _showsNames ? shownName + ":" : "";
        long most = _options.Number('m') ?? long.MaxValue;
        int count = 0;
        for (int number = 1; count < most && await reader.ReadAsync() is { } line; number++)
        {
            if (_patterns.Exists(pattern => pattern.IsMatch(line)) == _options['v'])
            {
                continue;
            }

            count++;
            _found = true;
            if (_options['q'] || _options['l'])
            {
                break;
            }

            if (!_options['c'])
            {
                await PrintAsync(prefix + (_options['n'] ? number.ToString(CultureInfo.InvariantCulture) + ":" : ""), line);
            }
        }

        if (_options['q'])
        {
            return;
        }

        if (_options['l'] && count > 0)
        {
            await _process.WriteAsync(shownName + "\n");
        }
        else if (_options['c'])
        {
            await _process.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{prefix}{count}\n"));
        }
    }

    private async Task PrintAsync(string prefix, string line)
    {
        if (!_options['o'])
        {
            await _process.WriteAsync($"{prefix}{line}\n");
            return;
        }

        foreach (Match match in _patterns.SelectMany(pattern => pattern.Matches(line)).Where(match => match.Length > 0))
        {
            await _process.WriteAsync($"{prefix}{match.Value}\n");
        }
    }
}

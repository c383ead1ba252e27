using System.Globalization;
using System.Text;
using EphemeralDebug.Sandbox.Processes;
using EphemeralDebug.Sandbox.Terminals;

namespace EphemeralDebug.Sandbox.Commands;

/// <summary>Commands that tell of the system: id, whoami, date, uname, hostname, tty, stty, clear.</summary>
internal static class SystemCommands
{
    private const string KernelRelease = "6.12.0-simulated";

    public static async Task<int> IdentityAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "ugnG");
        Credentials who = process.Credentials;
        string Name(int id, Func<SimulatedProcess, int, string?> find) => find(process, id) is { } name ? $"({name})" : "";
        string Show(int id, Func<SimulatedProcess, int, string> find) => options['n'] ? find(process, id) : id.ToString(CultureInfo.InvariantCulture);
        IEnumerable<int> groups = who.Groups.Append(who.GroupId).Distinct().Order();
        string text = options['u'] ? Show(who.UserId, UserNames.User)
            : options['g'] ? Show(who.GroupId, UserNames.Group)
            : options['G'] ? string.Join(' ', groups.Select(id => Show(id, UserNames.Group)))
            : string.Create(CultureInfo.InvariantCulture,
                $"uid={who.UserId}{Name(who.UserId, UserNames.FindUser)} gid={who.GroupId}{Name(who.GroupId, UserNames.FindGroup)} groups={string.Join(',', groups.Select(id => id.ToString(CultureInfo.InvariantCulture) + Name(id, UserNames.FindGroup)))}");
        await process.WriteAsync(text + "\n");
        return 0;
    }

    public static async Task<int> WhoAmIAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        string? name = UserNames.FindUser(process, process.Credentials.UserId);
        if (name is null)
        {
            return await process.FailAsync(string.Create(CultureInfo.InvariantCulture, $"unknown uid {process.Credentials.UserId}"));
        }

        await process.WriteAsync(name + "\n");
        return 0;
    }

    public static async Task<int> UnixNameAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "asnrvmpio");
        (char Letter, string Text)[] parts =
        [
            ('s', "Linux"), ('n', process.Scope.HostName), ('r', KernelRelease), ('v', "#1 SMP simulated"), ('m', "x86_64"), ('o', "GNU/Linux"),
        ];
        bool any = Array.Exists(parts, part => options[part.Letter]);
        IEnumerable<string> shown = parts.Where(part => options['a'] || options[part.Letter] || (!any && part.Letter == 's')).Select(part => part.Text);
        await process.WriteAsync(string.Join(' ', shown) + "\n");
        return 0;
    }

    public static async Task<int> HostNameAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        await process.WriteAsync(process.Scope.HostName + "\n");
        return 0;
    }

    public static async Task<int> DateAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse([.. arguments.Where(argument => argument[0] != '+')], "uId:");
        DateTimeOffset time = process.Scope.Time.GetUtcNow();
        if (options.Value('d') is { } given)
        {
            time = given.StartsWith('@') && long.TryParse(given.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seconds)
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : DateTimeOffset.TryParse(given, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset parsed) ? parsed.ToUniversalTime()
                : throw new UsageException($"invalid date '{given}'");
        }

        string format = options['I'] ? "%Y-%m-%d" : arguments.FirstOrDefault(argument => argument.StartsWith('+'))?[1..] ?? "%a %b %e %H:%M:%S UTC %Y";
        await process.WriteAsync(FormatTime(format, time) + "\n");
        return 0;
    }

    public static async Task<int> TerminalNameAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        bool isTerminal = process.Files[0].Terminal is not null;
        await process.WriteAsync(arguments.Contains("-s") ? "" : isTerminal ? process.Files[0].Description + "\n" : "not a tty\n");
        return isTerminal ? 0 : 1;
    }

    public static async Task<int> ClearAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        await process.WriteAsync("\u001b[H\u001b[J");
        return 0;
    }

    public static async Task<int> TerminalSettingsAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        if (process.Files[0].Terminal is not { } terminal)
        {
            return await process.FailAsync($"standard input: {new SystemCallException(Errno.NotATerminal).Message}");
        }

        TerminalSettings settings = terminal.Settings;
        if (arguments.Count < 2 || arguments[1] == "-a")
        {
            await process.WriteAsync(Describe(settings, terminal.Size));
            return 0;
        }

        for (int i = 1; i < arguments.Count; i++)
        {
            if (arguments[i] == "size")
            {
                if (terminal.Size == default)
                {
                    return await process.FailAsync("standard input: no size information for this device");
                }

                await process.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{terminal.Size.Rows} {terminal.Size.Columns}\n"));
            }
            else if (arguments[i] is "rows" or "cols" or "columns" && i + 1 < arguments.Count)
            {
                int value = (int)CommandOptions.ParseSize(arguments[i + 1]);
                terminal.Resize(arguments[i++] == "rows" ? terminal.Size with { Rows = value } : terminal.Size with { Columns = value });
            }
            else
            {
                settings = Change(settings, arguments[i]);
            }
        }

        terminal.Settings = settings;
        return 0;
    }

    private static TerminalSettings Change(TerminalSettings settings, string word)
    {
        bool on = word[0] != '-';
        return word.TrimStart('-') switch
        {
            "sane" or "cooked" => on ? TerminalSettings.Default : settings with { Canonical = false, Echo = false, Signals = false, MapReturn = false, MapNewline = false },
            "raw" => on ? settings with { Canonical = false, Echo = false, Signals = false, MapReturn = false, MapNewline = false } : TerminalSettings.Default,
            "cbreak" => settings with { Canonical = !on },
            "echo" => settings with { Echo = on },
            "icanon" => settings with { Canonical = on },
            "isig" => settings with { Signals = on },
            "icrnl" => settings with { MapReturn = on },
            "opost" or "onlcr" => settings with { MapNewline = on },
            // Times and characters of no consequence here: their names and values are taken as they are.
            "min" or "time" or "0" or "1" or "iexten" or "ixon" or "echoe" or "echok" or "echoctl" => settings,
            _ => throw new UsageException($"invalid argument '{word}'"),
        };
    }

    private static string Describe(TerminalSettings settings, WindowSize size)
    {
        static string Flag(bool on, string name) => on ? name : "-" + name;
        return string.Create(CultureInfo.InvariantCulture, $"speed 38400 baud; rows {size.Rows}; columns {size.Columns};\n")
            + "intr = ^C; quit = ^\\; erase = ^?; kill = ^U; eof = ^D; werase = ^W; rprnt = ^R; lnext = ^V;\n"
            + $"{Flag(settings.MapReturn, "icrnl")} {Flag(settings.MapNewline, "opost")} {Flag(settings.MapNewline, "onlcr")}\n"
            + $"{Flag(settings.Signals, "isig")} {Flag(settings.Canonical, "icanon")} {Flag(settings.Echo, "echo")} {Flag(settings.Echo, "echoe")} echok echoctl\n";
    }

    private static string FormatTime(string format, DateTimeOffset time)
    {
        var text = new StringBuilder();
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] == '%' && i + 1 < format.Length)
            {
                text.Append(FormatTimeField(format[++i], time));
            }
            else
            {
                text.Append(format[i]);
            }
        }

        return text.ToString();
    }

    private static string FormatTimeField(char letter, DateTimeOffset time)
    {
        string Show(string pattern) => time.ToString(pattern, CultureInfo.InvariantCulture);
        return letter switch
        {
            'Y' => Show("yyyy"),
            'y' => Show("yy"),
            'm' => Show("MM"),
            'd' => Show("dd"),
            'e' => time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
            'H' => Show("HH"),
            'I' => Show("hh"),
            'M' => Show("mm"),
            'S' => Show("ss"),
            'N' => Show("fffffff") + "00",
            'p' => Show("tt"),
            'a' => Show("ddd"),
            'A' => Show("dddd"),
            'b' or 'h' => Show("MMM"),
            'B' => Show("MMMM"),
            'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            'u' => (time.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)time.DayOfWeek).ToString(CultureInfo.InvariantCulture),
            's' => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            'F' => Show("yyyy-MM-dd"),
            'T' => Show(@"HH\:mm\:ss"),
            'D' => Show(@"MM\/dd\/yy"),
            'R' => Show("HH:mm"),
            'Z' => "UTC",
            'z' => "+0000",
            'n' => "\n",
            't' => "\t",
            '%' => "%",
            _ => "%" + letter,
        };
    }
}

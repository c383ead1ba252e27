using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace EphemeralDebug.Terminal.Tests.Harness;

/// <summary>The test host on a pseudo-terminal of its own, whose remote end the test plays.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TcpClient _connection;
    private readonly StreamWriter _commands;
    private readonly Task _reports;
    private readonly Task<string> _errors;
    private readonly ConcurrentDictionary<string, Channel<string>> _reported = new(StringComparer.Ordinal);

    private HostProcess(Process process, TcpClient connection)
    {
        _process = process;
        _connection = connection;
        _commands = new StreamWriter(connection.GetStream()) { AutoFlush = true };
        _errors = process.StandardError.ReadToEndAsync();
        _reports = CollectReportsAsync();
    }

    public int Id => _process.Id;

    /// <summary>Starts the host in a session whose controlling terminal is the given one.</summary>
    /// <param name="terminal">Where it runs.</param>
    /// <param name="redirection">What the shell does with standard input and output; TTY is the terminal.</param>
    /// <param name="arguments">The host's arguments after the port.</param>
    public static Task<HostProcess> StartAsync(PseudoTerminal terminal, string redirection, params string[] arguments)
    {
        string host = Path.Combine(AppContext.BaseDirectory, "EphemeralDebug.Terminal.TestHost.dll");
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return StartAsync(terminal, redirection, [dotnet, host], arguments);
    }

    /// <summary>Starts a host by a command of its own, such as the Windows build of it under Wine.</summary>
    public static async Task<HostProcess> StartAsync(
        PseudoTerminal terminal, string redirection, IReadOnlyList<string> host, IReadOnlyList<string> arguments)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        string port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        // The shell that setsid starts leads the session, so the first terminal it opens becomes the session's, and the
        // host takes the shell's place.
        string[] command = ["sh", "-c", $"exec \"$@\" {redirection}", "sh", .. host, port, .. arguments];
        var start = new ProcessStartInfo("setsid", command)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TTY"] = terminal.Name;
        start.Environment["TERM"] = "xterm";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        Process process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limits.Step);
        return new HostProcess(process, await listener.AcceptTcpClientAsync(limit.Token));
    }

    /// <summary>Starts the host and lets it bridge.</summary>
    public static async Task<HostProcess> StartBridgeAsync(PseudoTerminal terminal, params string[] arguments)
    {
        HostProcess host = await StartReadyAsync(terminal, arguments);
        await host.BridgeAsync(terminal);
        return host;
    }

    /// <summary>Starts the host up to where it has opened the terminal and changed nothing.</summary>
    public static async Task<HostProcess> StartReadyAsync(PseudoTerminal terminal, params string[] arguments)
    {
        if (arguments.Length == 0)
        {
            arguments = ["ctrl-p,ctrl-q"];
        }

        HostProcess host = await StartAsync(terminal, "<\"$TTY\" >\"$TTY\"", arguments);
        await host.NextAsync("ready");
        return host;
    }

    /// <summary>Lets a ready host bridge, and waits until the terminal is raw.</summary>
    public async Task BridgeAsync(PseudoTerminal terminal)
    {
        string before = terminal.Modes;
        await SendAsync("bridge");
        await Limits.EventuallyAsync(() => terminal.Modes != before, "the terminal is raw");
    }

    public Task SendAsync(string command) => _commands.WriteLineAsync(command);

    /// <summary>Lets the remote end print something.</summary>
    public Task PrintAsync(byte[] output) => SendAsync("print " + Convert.ToBase64String(output));

    /// <summary>The next report of a kind.</summary>
    public async Task<string> NextAsync(string kind)
    {
        using var limit = new CancellationTokenSource(Limits.Step);
        try
        {
            return await Reported(kind).Reader.ReadAsync(limit.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or ChannelClosedException)
        {
            string errors = _process.HasExited ? await _errors : "";
            throw new InvalidOperationException($"The host did not report '{kind}'. {errors}", error);
        }
    }

    /// <summary>The next bytes that reached the remote end.</summary>
    public async Task<byte[]> InputAsync(int count)
    {
        var input = new List<byte>();
        while (input.Count < count)
        {
            input.AddRange(Convert.FromBase64String(await NextAsync("input")));
        }

        return [.. input];
    }

    public void Signal(int signal) => Assert.Equal(0, PtyNative.Kill(_process.Id, signal));

    /// <summary>Waits until the host's process is in a state, as /proc shows it (T: stopped).</summary>
    public Task WaitForStateAsync(char state) =>
        Limits.EventuallyAsync(
            () => File.ReadAllText($"/proc/{_process.Id}/stat").Split(") ")[1][0] == state,
            $"the process's state is {state}");

    /// <summary>Waits for the end of the process; 128 and the number of the signal when one ended it.</summary>
    public async Task<int> ExitCodeAsync()
    {
        using var limit = new CancellationTokenSource(Limits.Step);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _connection.Dispose();
        await _reports;
        _process.Dispose();
    }

    private Channel<string> Reported(string kind) => _reported.GetOrAdd(kind, _ => Channel.CreateUnbounded<string>());

    private async Task CollectReportsAsync()
    {
        try
        {
            using var reader = new StreamReader(_connection.GetStream());
            while (await reader.ReadLineAsync() is string line)
            {
                string[] parts = line.Split(' ', 2);
                Reported(parts[0]).Writer.TryWrite(parts[1]);
            }
        }
        catch (IOException)
        {
            // A host that is killed resets the connection.
        }
    }
}

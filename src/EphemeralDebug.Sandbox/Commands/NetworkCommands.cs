using System.Globalization;
using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Network;
using EphemeralDebug.Sandbox.Network.Http;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Commands;

/// <summary>Commands that talk to others in the pod: httpd and nc, as BusyBox has them.</summary>
internal static class NetworkCommands
{
    private static readonly HashSet<string> OwnNames = new(StringComparer.Ordinal) { "localhost", "127.0.0.1", "0.0.0.0", "::1" };

    /// <summary>A web server for the files of a directory; without -f it goes into the background.</summary>
    public static async Task<int> WebServerAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "fvip:h:u:c:r:");
        string address = options.Value('p') ?? "80";
        int port = ParsePort(address[(address.LastIndexOf(':') + 1)..]);
        string directory = options.Value('h') ?? process.WorkingDirectory;
        async Task<int> ServeAsync(SimulatedProcess server, IReadOnlyList<string> _)
        {
            try
            {
                await new BusyBoxServer(server, port, directory).RunAsync();
                return 0;
            }
            catch (SystemCallException exception)
            {
                return await server.FailAsync($"bind: {exception.Message}");
            }
        }

        if (options['f'])
        {
            return await ServeAsync(process, arguments);
        }

        // As daemon(3) does it: nothing of the caller's stays open, and the port is taken when the command returns.
        SimulatedProcess daemon = process.StartChild(ServeAsync, start => start with { Group = 0 }, new FileTable(new NullDevice(), new NullDevice(), new NullDevice()));
        await daemon.Settled.WaitAsync(process.Killed);
        return 0;
    }

    /// <summary>Connects to a port, or waits for a connection with -l: what comes is printed, standard input is sent.</summary>
    public static async Task<int> ConnectAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "lkp:e:w:nvz");
        if (options['l'])
        {
            return await ListenAsync(process, options);
        }

        if (options.Operands is not [var host, var port, ..])
        {
            throw new UsageException("usage: nc [-l] [-k] [-p PORT] [-e PROG] [HOST] [PORT]");
        }

        if (!OwnNames.Contains(host) && host != process.Scope.HostName)
        {
            throw new UsageException($"bad address '{host}'");
        }

        if (!process.Scope.Network.TryConnect(ParsePort(port), out Socket? connection))
        {
            throw new UsageException($"can't connect to remote host ({host}): Connection refused");
        }

        using var closing = new Releasing(connection);
        return options['z'] ? 0 : await TalkAsync(process, connection);
    }

    private static async Task<int> ListenAsync(SimulatedProcess process, CommandOptions options)
    {
        string port = options.Value('p') ?? (options.Operands.Count > 0 ? options.Operands[^1] : throw new UsageException("a port is needed"));
        using Listener listener = process.Scope.Network.Listen(ParsePort(port), process);
        int code;
        do
        {
            if (await listener.AcceptAsync() is not { } connection)
            {
                return 1;
            }

            using var closing = new Releasing(connection);
            code = options.Value('e') is { } program
                ? await RunAsync(process, [program, .. options.Operands], connection)
                : await TalkAsync(process, connection);
        }
        while (options['k']);
        return code;
    }

    /// <summary>Copies both ways. As with BusyBox, the end of standard input is passed on, and the other's end is the end.</summary>
    private static async Task<int> TalkAsync(SimulatedProcess process, Socket connection)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(process.Killed);
        Task sending = SendAsync(process.Files[0], connection, ended.Token);
        await process.CopyToOutputAsync(connection);
        await ended.CancelAsync();
        await sending;
        return 0;
    }

    private static async Task SendAsync(OpenFile source, Socket connection, CancellationToken cancellation)
    {
        byte[] buffer = new byte[4096];
        try
        {
            int length;
            while ((length = await source.ReadAsync(buffer, cancellation)) > 0)
            {
                await connection.WriteAsync(buffer.AsMemory(0, length), cancellation);
            }

            connection.ShutDownSending();
        }
        catch (Exception exception) when (exception is OperationCanceledException or SystemCallException)
        {
            // The other side has ended the connection.
        }
    }

    private static async Task<int> RunAsync(SimulatedProcess process, IReadOnlyList<string> command, Socket connection)
    {
        string path = ProgramLoader.FindPath(process, command[0], process.Environment.GetValueOrDefault("PATH") ?? ProgramLoader.DefaultPath)
            ?? throw new UsageException($"can't execute '{command[0]}': No such file or directory");
        LoadedProgram program = ProgramLoader.Load(process, path, command);
        var files = new FileTable(connection.Share(), connection.Share(), process.Files[2].Share());
        SimulatedProcess child = process.StartChild(program.Body, start => start with { Arguments = program.Arguments }, files);
        return (await child.Exited.WaitAsync(process.Killed)).Code;
    }

    private static int ParsePort(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0
            ? port
            : throw new UsageException($"bad port '{text}'");

    /// <summary>Gives a connection up at the end of a block.</summary>
    private readonly struct Releasing(OpenFile file) : IDisposable
    {
        public void Dispose() => file.Release();
    }
}

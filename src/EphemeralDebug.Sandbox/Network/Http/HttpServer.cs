using System.Globalization;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Network.Http;

/// <summary>What the simulated web servers have in common: connections, requests, and the answers to them.</summary>
internal abstract class HttpServer(SimulatedProcess process, int port)
{
    protected SimulatedProcess Process => process;

    protected string Date => FormatDate(process.Scope.Time.GetUtcNow());

    /// <summary>Serves until the process is told to end.</summary>
    /// <exception cref="SystemCallException">Another process listens on the port.</exception>
    public async Task RunAsync()
    {
        using Listener listener = process.Scope.Network.Listen(port, process);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(process.Killed);
        try
        {
            while (await listener.AcceptAsync() is { } connection)
            {
                _ = ServeAsync(connection, ended.Token);
            }
        }
        finally
        {
            await ended.CancelAsync();
        }
    }

    /// <summary>The whole answer to a request, and whether the connection stays open after it.</summary>
    protected abstract (byte[] Answer, bool StaysOpen) Answer(HttpRequest request);

    /// <summary>Notes a request; by default nowhere.</summary>
    protected virtual ValueTask LogAsync(HttpRequest request, byte[] answer) => ValueTask.CompletedTask;

    protected static string FormatDate(DateTimeOffset time) => time.ToString("r", CultureInfo.InvariantCulture);

    private async Task ServeAsync(Socket connection, CancellationToken cancellation)
    {
        try
        {
            var requests = new HttpRequestReader(connection, cancellation);
            bool staysOpen = true;
            while (staysOpen && await requests.ReadAsync() is { } request)
            {
                (byte[] answer, staysOpen) = Answer(request);
                await connection.WriteAsync(answer, cancellation);
                await LogAsync(request, answer);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SystemCallException)
        {
            // The client has left, or the server ends.
        }
        finally
        {
            connection.Release();
        }
    }
}

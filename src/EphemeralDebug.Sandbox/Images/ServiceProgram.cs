using EphemeralDebug.Sandbox.Network.Http;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Images;

/// <summary>A server that tells that it has started, serves when it is a web server, and waits to be told to end.</summary>
internal static class ServiceProgram
{
    /// <summary>Makes the program.</summary>
    /// <param name="log">What it prints when it starts.</param>
    /// <param name="createServer">Makes its web server; null when it answers nobody.</param>
    public static ProgramBody Create(IReadOnlyList<string> log, Func<SimulatedProcess, HttpServer>? createServer = null) => async (process, _) =>
    {
        foreach (Signal signal in (Signal[])[Signal.Terminate, Signal.Interrupt, Signal.Quit])
        {
            process.SetDisposition(signal, SignalDisposition.Handle);
        }

        Task serving = createServer?.Invoke(process).RunAsync() ?? process.SignalArrived.WaitAsync(process.Killed);
        if (!serving.IsFaulted)
        {
            foreach (string line in log)
            {
                await process.WriteAsync(line + "\n");
            }
        }

        return await EndAsync(process, serving);
    };

    private static async Task<int> EndAsync(SimulatedProcess process, Task serving)
    {
        try
        {
            await serving;
            return 0;
        }
        catch (SystemCallException exception)
        {
            return await process.FailAsync(exception.Message);
        }
    }
}

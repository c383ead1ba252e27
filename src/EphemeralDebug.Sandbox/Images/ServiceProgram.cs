using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Images;

/// <summary>A server that tells that it has started and then waits to be told to end.</summary>
internal static class ServiceProgram
{
    public static ProgramBody Create(IReadOnlyList<string> log) => async (process, _) =>
    {
        foreach (Signal signal in (Signal[])[Signal.Terminate, Signal.Interrupt, Signal.Quit])
        {
            process.SetDisposition(signal, SignalDisposition.Handle);
        }

        foreach (string line in log)
        {
            await process.WriteAsync(line + "\n");
        }

        await process.SignalArrived.WaitAsync(process.Killed);
        return 0;
    };
}

using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>The low-level runtime could not start a process; the message is runc's.</summary>
internal sealed class RuntimeProcessException(string message) : Exception(message);

/// <summary>Starts processes in containers as runc does: what can't be executed is found out before anything runs.</summary>
internal static class RuntimeProcess
{
    /// <summary>Starts a process with parent 0.</summary>
    /// <exception cref="RuntimeProcessException">The program can't be executed.</exception>
    public static SimulatedProcess Start(ProcessNamespace processes, ProcessStart start)
    {
        if (start.Arguments.Count == 0)
        {
            throw Fail(start, "args must not be empty");
        }

        // A process that never runs: it only lends its view of the file system to the search.
        using var probe = new SimulatedProcess(processes, id: 0, start);
        LoadedProgram program = Load(probe, start);
        return processes.Start(start with { Arguments = program.Arguments }, (process, arguments) =>
        {
            start.Terminal?.Attach(process);
            return program.Body(process, arguments);
        });
    }

    private static LoadedProgram Load(SimulatedProcess probe, ProcessStart start)
    {
        string name = start.Arguments[0];
        string searchPath = start.Environment.GetValueOrDefault("PATH", ProgramLoader.DefaultPath);
        try
        {
            string path = ProgramLoader.FindPath(probe, name, searchPath) ?? throw Fail(start, $"exec: \"{name}\": executable file not found in $PATH");
            return ProgramLoader.Load(probe, path, start.Arguments);
        }
        catch (SystemCallException exception)
        {
            throw Fail(start, exception.Error switch
            {
                Errno.NoEntry or Errno.NotADirectory => $"exec: \"{name}\": stat {FileSystem.Normalize(start.WorkingDirectory, name)}: no such file or directory",
                Errno.ExecFormat => $"exec {name}: exec format error",
                _ => $"exec: \"{name}\": permission denied",
            });
        }
    }

    private static RuntimeProcessException Fail(ProcessStart start, string message)
    {
        start.Files.CloseAll();
        return new RuntimeProcessException(message);
    }
}

using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Commands;

/// <summary>The files that a command line names for reading; none, or <c>-</c>, is standard input.</summary>
internal static class InputFiles
{
    /// <summary>Goes through the files; those that can't be opened are reported. Returns 1 when there was one, else 0.</summary>
    public static async Task<int> ForEachAsync(
        SimulatedProcess process, IReadOnlyList<string> names, Func<string, OpenFile, Task> action, bool silent = false)
    {
        int status = 0;
        foreach (string name in names.Count == 0 ? ["-"] : names)
        {
            try
            {
                OpenFile file = name == "-" ? process.Files[0].Share() : FileSystem.Open(process, name, OpenMode.Read);
                try
                {
                    await action(name, file);
                }
                finally
                {
                    file.Release();
                }
            }
            catch (SystemCallException exception) when (exception is not BrokenPipeException)
            {
                status = 1;
                if (!silent)
                {
                    await process.WriteErrorAsync(exception.Error == Errno.IsADirectory
                        ? $"{process.CommandName}: read error: {exception.Message}\n"
                        : $"{process.CommandName}: can't open '{name}': {exception.Message}\n");
                }
            }
        }

        return status;
    }

    /// <summary>The lines of all the files.</summary>
    public static async Task<(List<string> Lines, int Status)> ReadLinesAsync(SimulatedProcess process, IReadOnlyList<string> names)
    {
        var lines = new List<string>();
        int status = await ForEachAsync(process, names, async (_, file) =>
        {
            var reader = new LineReader(file, process.Killed);
            while (await reader.ReadAsync() is { } line)
            {
                lines.Add(line);
            }
        });
        return (lines, status);
    }
}

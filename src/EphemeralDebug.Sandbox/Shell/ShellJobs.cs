using System.Globalization;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Shell;

/// <summary>Something that a shell started in the background.</summary>
internal sealed record ShellJob(int Number, SimulatedProcess Process, string Text)
{
    public bool IsDone => Process.Exited.IsCompleted;

    /// <summary>The line that <c>jobs</c> shows.</summary>
    public string Describe(bool isCurrent)
    {
        string state = !IsDone ? "Running" : Process.Exited.Result switch
        {
            { Signal: Signal.Terminate } => "Terminated",
            { Signal: Signal.Kill } => "Killed",
            { Code: 0 } => "Done",
            { Code: int code } => $"Done({code.ToString(CultureInfo.InvariantCulture)})",
        };
        return $"[{Number}]{(isCurrent ? '+' : ' ')}  {state,-26} {Text}{(IsDone ? "" : " &")}\n";
    }
}

/// <summary>The background jobs of a shell.</summary>
internal sealed class ShellJobs
{
    private readonly List<ShellJob> _jobs = [];

    /// <summary>All jobs that nobody has waited for, by number.</summary>
    public IReadOnlyList<ShellJob> All => _jobs;

    public ShellJob Add(SimulatedProcess process, string text)
    {
        int number = _jobs.Count == 0 ? 1 : _jobs[^1].Number + 1;
        var job = new ShellJob(number, process, text);
        _jobs.Add(job);
        return job;
    }

    /// <summary>Finds <c>%1</c>, <c>%%</c>, <c>%+</c>, or the job of a process number.</summary>
    public ShellJob? Find(string name)
    {
        if (name is "%%" or "%+" or "%")
        {
            return _jobs.LastOrDefault();
        }

        bool isJob = name.StartsWith('%');
        return int.TryParse(name.AsSpan(isJob ? 1 : 0), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? _jobs.Find(job => isJob ? job.Number == number : job.Process.Id == number)
            : null;
    }

    public void Remove(ShellJob job) => _jobs.Remove(job);

    /// <summary>Takes the ended jobs out and gives the lines that tell of them.</summary>
    public IReadOnlyList<string> TakeDone()
    {
        var lines = new List<string>();
        foreach (ShellJob job in _jobs.Where(job => job.IsDone).ToArray())
        {
            lines.Add(job.Describe(isCurrent: job == _jobs[^1]));
            _jobs.Remove(job);
        }

        return lines;
    }
}

using System.Management.Automation;

namespace EphemeralDebug.Pipeline;

/// <summary>One progress bar for all the pods that a cmdlet works on; none for a single pod.</summary>
internal sealed class PodsProgress(int activityId, Action<ProgressRecord> write) : IDisposable
{
    /// <summary>The host leaves out what comes in quick succession, the last of it too, so it is told again.</summary>
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private int _expected;
    private int _running;
    private int _done;
    private int _failed;
    private Timer? _timer;
    private bool _closed;

    /// <summary>There is more than one pod, so that it is this bar that shows how far they are.</summary>
    public bool IsShown
    {
        get
        {
            lock (_gate)
            {
                return _expected > 1;
            }
        }
    }

    /// <summary>So many more pods are going to be worked on.</summary>
    public void Expect(int pods) => Change(() => _expected += pods);

    /// <summary>The work on a pod begins. Dispose what is returned when it ends: it failed unless it said that it did not.</summary>
    public PodProgress Begin() => new(this);

    /// <summary>Takes the bar away; on the pipeline thread.</summary>
    public void Complete(Action<ProgressRecord> writeNow)
    {
        bool wasShown = _timer is not null;
        Dispose();
        if (wasShown)
        {
            writeNow(new ProgressRecord(activityId, "Pods", "Done") { RecordType = ProgressRecordType.Completed });
        }
    }

    /// <summary>Nothing is shown from now on.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _timer?.Dispose();
        }
    }

    /// <summary>A pod's container runs what it is to run.</summary>
    internal void Run() => Change(() => _running++);

    /// <summary>The work on a pod has ended.</summary>
    internal void End(bool wasRunning, bool succeeded) => Change(() =>
    {
        _running -= wasRunning ? 1 : 0;
        _done += succeeded ? 1 : 0;
        _failed += succeeded ? 0 : 1;
    });

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            Show();
        }
    }

    private void Show()
    {
        lock (_gate)
        {
            if (_closed || _expected <= 1)
            {
                return;
            }

            _timer ??= new Timer(static progress => ((PodsProgress)progress!).Show(), this, s_period, s_period);
            write(Describe());
        }
    }

    private ProgressRecord Describe()
    {
        int ended = _done + _failed;
        int waiting = Math.Max(_expected - _running - ended, 0);
        return new ProgressRecord(activityId, $"{_expected} pods", $"{waiting} waiting, {_running} running, {_done} done, {_failed} failed")
        {
            PercentComplete = Math.Min(100, ended * 100 / _expected),
        };
    }
}

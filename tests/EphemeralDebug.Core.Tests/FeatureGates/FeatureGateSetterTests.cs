using System.Diagnostics;
using System.Text;
using EphemeralDebug.FeatureGates;
using EphemeralDebug.Tests.Configuration;

namespace EphemeralDebug.Core.Tests.FeatureGates;

public sealed class FeatureGateSetterTests : IDisposable
{
    private const string Kubelet = "kind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\n";
    private const string Changed = "kind: KubeletConfiguration\nfeatureGates:\n  EphemeralContainers: true\napiVersion: kubelet.config.k8s.io/v1beta1\n";
    private const string Manifest = "kind: Pod\nspec:\n  containers:\n  - image: k8s.gcr.io/kube-apiserver:v1.20.15\n    command:\n    - kube-apiserver\n";

    private static readonly TimeProvider Noon = new FixedTime(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_file_is_replaced_and_its_old_content_kept_beside_it()
    {
        string path = _folder.Write("config.yaml", Kubelet);
        FeatureGateChange change = Set(path);
        Assert.True(change.Changed);
        Assert.Null(change.Before);
        Assert.True(change.After);
        Assert.Equal(FeatureGateFileKind.KubeletConfiguration, change.Kind);
        Assert.Equal(Changed, File.ReadAllText(path));
        Assert.Equal(_folder.File("config.yaml.20261122T120000Z.bak"), change.Backup);
        Assert.Equal(Kubelet, File.ReadAllText(change.Backup!));
        Assert.Contains("systemctl restart kubelet", change.NextStep, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public void A_second_run_writes_nothing()
    {
        string path = _folder.Write("config.yaml", Kubelet);
        Set(path);
        DateTime written = File.GetLastWriteTimeUtc(path);
        FeatureGateChange again = Set(path);
        Assert.False(again.Changed);
        Assert.True(again.Before);
        Assert.Null(again.Backup);
        Assert.Empty(again.Diff);
        Assert.Equal(written, File.GetLastWriteTimeUtc(path));
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public void An_earlier_backup_is_never_overwritten()
    {
        string path = _folder.Write("config.yaml", Kubelet);
        string first = Set(path).Backup!;
        string second = Set(path, value: false).Backup!;
        Assert.Equal(_folder.File("config.yaml.20261122T120000Z-2.bak"), second);
        Assert.Equal(Kubelet, File.ReadAllText(first));
        Assert.Equal(Changed, File.ReadAllText(second));
    }

    [Fact]
    public void The_backup_of_a_manifest_is_one_that_the_kubelet_does_not_run()
    {
        string path = _folder.Write("kube-apiserver.yaml", Manifest);
        FeatureGateChange change = Set(path);
        Assert.StartsWith(".kube-apiserver.yaml.", Path.GetFileName(change.Backup), StringComparison.Ordinal);
        Assert.Equal(["kube-apiserver.yaml"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Where(name => name![0] != '.'));
    }

    [Fact]
    public void A_byte_order_mark_stays()
    {
        string path = _folder.Write("config.yaml", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Kubelet)]);
        Set(path);
        Assert.Equal([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Changed)], File.ReadAllBytes(path));
    }

    [SkippableFact]
    public void Mode_and_owner_stay_and_the_backup_is_no_more_open_than_the_file()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new SkipException("Windows has no modes.");
        }

        string path = _folder.Write("config.yaml", Kubelet);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        bool isRoot = Environment.UserName == "root";
        if (isRoot)
        {
            Run("chown", "65534:65533", path);
        }

        string backup = Set(path).Backup!;
        foreach (string file in (string[])[path, backup])
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(file));
            if (isRoot && OperatingSystem.IsLinux())
            {
                Assert.Equal("65534:65533", Run("stat", "-c", "%u:%g", file));
            }
        }
    }

    [SkippableFact]
    public void A_symbolic_link_stays_and_the_file_it_leads_to_is_changed()
    {
        Skip.If(OperatingSystem.IsWindows(), "Links need rights on Windows that a test run may lack.");
        Directory.CreateDirectory(_folder.File("real"));
        string real = _folder.Write("real/config.yaml", Kubelet);
        string link = _folder.File("link.yaml");
        File.CreateSymbolicLink(_folder.File("middle"), "real/config.yaml");
        File.CreateSymbolicLink(link, "middle");
        FeatureGateChange change = Set(link);
        Assert.Equal(real, change.Path);
        Assert.Equal(Changed, File.ReadAllText(real));
        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.Equal(_folder.File("real"), Path.GetDirectoryName(change.Backup));
    }

    [SkippableFact]
    public void A_pipe_is_refused_without_opening_it()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Needs mkfifo.");
        string pipe = _folder.File("pipe");
        Run("mkfifo", pipe);
        Assert.Equal("NotAFile", Failure(pipe).ErrorId);
    }

    [Fact]
    public void A_folder_is_refused() => Assert.Equal("NotAFile", Failure(_folder.Path).ErrorId);

    [Fact]
    public void What_is_not_there_is_named()
    {
        EphemeralDebugException failure = Failure(_folder.File("missing.yaml"));
        Assert.Equal("FileNotFound", failure.ErrorId);
        Assert.Contains("missing.yaml", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kind: [\n", "MalformedFile")]
    [InlineData("kind: ConfigMap\n", "UnknownFileKind")]
    [InlineData("KUBELET_EXTRA_ARGS=\"\n", "MalformedFile")]
    public void What_cannot_be_read_is_left_alone(string text, string errorId)
    {
        string path = _folder.Write("file", text);
        Assert.Equal(errorId, Failure(path).ErrorId);
        Assert.Equal(text, File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Text_that_is_not_UTF8_is_refused() =>
        Assert.Equal("MalformedFile", Failure(_folder.Write("file", [.. Encoding.UTF8.GetBytes(Kubelet), 0x23, 0xFC, 0x0A])).ErrorId);

    [Fact]
    public void A_file_that_changes_between_plan_and_write_is_left_alone()
    {
        string path = _folder.Write("config.yaml", Kubelet);
        FeatureGatePlan plan = FeatureGateSetter.Plan(path, GateEditing.Gate, value: true);
        File.WriteAllText(path, Kubelet + "# changed\n");
        Assert.Equal("FileChanged", Assert.Throws<EphemeralDebugException>(() => FeatureGateSetter.Apply(plan, Noon)).ErrorId);
        Assert.Equal(Kubelet + "# changed\n", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("v1.15.12", true, "GateNotAvailable")]
    [InlineData("v1.16.0", true, null)]
    [InlineData("v1.22.17", true, null)]
    [InlineData("v1.26.0", true, null)]
    [InlineData("v1.25.0", false, "GateNotAvailable")]
    [InlineData("v1.24.0", false, null)]
    [InlineData("v1.27.0", true, "GateNotAvailable")]
    [InlineData("v1.36.2", false, "GateNotAvailable")]
    public void A_gate_that_keeps_the_component_from_starting_is_refused(string version, bool value, string? errorId)
    {
        string path = _folder.Write("kube-apiserver.yaml", Manifest.Replace("v1.20.15", version, StringComparison.Ordinal));
        Assert.Equal(errorId, (Record.Exception(() => Set(path, value)) as EphemeralDebugException)?.ErrorId);
    }

    [Theory]
    [InlineData("v1.22.17", false)]
    [InlineData("v1.23.0", true)]
    [InlineData("v1.26.0", true)]
    public void A_gate_that_is_on_by_default_brings_a_warning(string version, bool warns)
    {
        string path = _folder.Write("kube-apiserver.yaml", Manifest.Replace("v1.20.15", version, StringComparison.Ordinal));
        Assert.Equal(warns, FeatureGateSetter.Plan(path, GateEditing.Gate, value: true).Warning is not null);
    }

    [SkippableTheory]
    [InlineData(Kubelet)]
    [InlineData("a: 1\nb: 2\nc: 3\nd: 4\nkind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\ne: 1\nf: 2\ng: 3\nh: 4")]
    [InlineData("apiVersion: kubelet.config.k8s.io/v1beta1\r\nkind: KubeletConfiguration")]
    public void The_diff_is_one_that_patch_applies(string text)
    {
        Skip.IfNot(File.Exists("/usr/bin/patch"), "Needs the program patch.");
        string path = _folder.Write("config.yaml", text);
        string copy = _folder.Write("copy.yaml", text);
        string diff = _folder.Write("change.diff", Set(path).Diff);
        Run("patch", "--binary", copy, diff);
        Assert.Equal(File.ReadAllText(path), File.ReadAllText(copy));
    }

    private static FeatureGateChange Set(string path, bool value = true) =>
        FeatureGateSetter.Apply(FeatureGateSetter.Plan(path, GateEditing.Gate, value), Noon);

    private static EphemeralDebugException Failure(string path) => Assert.Throws<EphemeralDebugException>(() => Set(path));

    private static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)));
        Assert.Equal(0, process.ExitCode);
        return output.Trim();
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}

using EphemeralDebug.Sandbox.Commands;
using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;
using EphemeralDebug.Sandbox.Shell;

namespace EphemeralDebug.Sandbox.Images;

/// <summary>Builds what a container of an image sees as its file system.</summary>
internal static class RootFileSystem
{
    private const int ProgramSize = 1131168;

    /// <summary>The image's own files with <c>/dev</c>; <c>/proc</c> is put in when the process namespace is known.</summary>
    public static DirectoryNode Create(SimulatedImage image, string hostName, TimeProvider time)
    {
        var root = new DirectoryNode { ModifiedAt = time.GetUtcNow() };
        foreach (string path in (string[])["etc", "root", "home", "usr/bin", "usr/sbin", "var/log", "var/run", "mnt", "opt", "sys"])
        {
            root.Directory(path);
        }

        root.Put("tmp", new DirectoryNode { Mode = 0b1_111_111_111, ModifiedAt = root.ModifiedAt });
        root.Directory("root").Mode = 0b111_000_000;
        Devices.AddTo(root.Directory("dev"));
        AddPrograms(root, image);
        AddConfiguration(root, image, hostName);
        foreach ((string path, string text) in image.Files)
        {
            int slash = path.LastIndexOf('/');
            Add(root.Directory(path[..slash]), path[(slash + 1)..], text);
        }

        if (image.WorkingDirectory.Length > 1)
        {
            root.Directory(image.WorkingDirectory);
        }

        return root;
    }

    private static void AddPrograms(DirectoryNode root, SimulatedImage image)
    {
        if (image.ServicePath is { } service)
        {
            int slash = service.LastIndexOf('/');
            root.Directory(service[..slash]).Put(service[(slash + 1)..], new ProgramNode(ServiceProgram.Create(image.ServiceLog, image.Server), ProgramSize));
        }

        if (image.Shell is null)
        {
            return;
        }

        DirectoryNode programs = root.Directory("bin");
        foreach ((string name, ProgramBody body) in ProgramCatalog.All)
        {
            programs.Put(name, new ProgramNode(body, ProgramSize));
        }

        var shell = new ProgramNode(new ShellProgram(image.Shell).RunAsync, ProgramSize);
        programs.Put("sh", shell);
        programs.Put(image.Shell == ShellFlavor.Dash ? "dash" : "ash", shell);
        if (image.HasBash)
        {
            programs.Put("bash", new ProgramNode(new ShellProgram(ShellFlavor.Bash).RunAsync, ProgramSize));
        }
    }

    private static void AddConfiguration(DirectoryNode root, SimulatedImage image, string hostName)
    {
        DirectoryNode etc = root.Directory("etc");
        string shell = image.Shell is null ? "/sbin/nologin" : "/bin/sh";
        Add(etc, "passwd", $"root:x:0:0:root:/root:{shell}\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n{(image.UserId is > 0 and not 65534 ? $"app:x:{image.UserId}:{image.UserId}:app:/:/sbin/nologin\n" : "")}");
        Add(etc, "group", $"root:x:0:\nnogroup:x:65534:\n{(image.UserId is > 0 and not 65534 ? $"app:x:{image.UserId}:\n" : "")}");
        Add(etc, "hostname", hostName + "\n");
        Add(etc, "hosts", $"127.0.0.1\tlocalhost\n::1\tlocalhost\n# {hostName}\n");
        Add(etc, "resolv.conf", "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n");
        if (image.Distribution.Length > 0)
        {
            Add(etc, "os-release", $"NAME=\"{image.Distribution}\"\nPRETTY_NAME=\"{image.Distribution} (simulated)\"\n");
        }
    }

    private static void Add(DirectoryNode directory, string name, string text) =>
        directory.Put(name, new RegularFile(ByteText.Encode(text)) { ModifiedAt = directory.ModifiedAt });
}

using System.Text;
using EphemeralDebug.Sandbox.Processes;
using EphemeralDebug.Sandbox.Terminals;

namespace EphemeralDebug.Sandbox.Tests.Shell;

public sealed class LineDisciplineTests
{
    private readonly Recorder _recorder = new();
    private readonly LineDiscipline _discipline;

    public LineDisciplineTests() => _discipline = new LineDiscipline(_recorder);

    [Theory]
    [InlineData("ab\r", "ab\n", "ab\r\n")]
    [InlineData("ab\n", "ab\n", "ab\r\n")]
    [InlineData("abX\u007fc\r", "abc\n", "abX\b \bc\r\n")]
    [InlineData("\bab\b\b\bc\r", "c\n", "ab\b \b\b \bc\r\n")]
    [InlineData("é\u007fx\r", "x\n", "é\b \bx\r\n")]
    [InlineData("one two\u0017x\r", "one x\n", "one two\b \b\b \b\b \bx\r\n")]
    [InlineData("ab\u0015c\r", "c\n", "ab\b \b\b \bc\r\n")]
    [InlineData("a\u0001\u007fb\r", "ab\n", "a^A\b \b\b \bb\r\n")]
    [InlineData("\u0016\u0003x\r", "\u0003x\n", "^Cx\r\n")]
    [InlineData("ab", "", "ab")]
    public void A_line_is_edited_before_it_is_delivered(string typed, string delivered, string echo)
    {
        _discipline.Input(Encoding.UTF8.GetBytes(typed));

        Assert.Equal((delivered, echo), (_recorder.Delivered, _recorder.Echoed));
    }

    [Fact]
    public void Ctrl_D_delivers_an_unfinished_line_and_on_an_empty_one_the_end()
    {
        _discipline.Input("ab\u0004\u0004"u8);

        Assert.Equal(["ab", ""], _recorder.Deliveries);
        Assert.Equal("ab", _recorder.Echoed);
    }

    [Theory]
    [InlineData((byte)3, Signal.Interrupt, "^C")]
    [InlineData((byte)28, Signal.Quit, "^\\")]
    public void Signal_keys_drop_the_line_and_send_the_signal(byte key, object signal, string echo)
    {
        _discipline.Input([(byte)'x', key]);
        _discipline.Input("y\r"u8);

        Assert.Equal([(Signal)signal], _recorder.Signals);
        Assert.Equal(("y\n", "x" + echo + "y\r\n"), (_recorder.Delivered, _recorder.Echoed));
    }

    [Fact]
    public void Without_canonical_mode_every_key_is_delivered_as_it_is()
    {
        _discipline.Settings = TerminalSettings.KeyByKey;

        _discipline.Input("a\r\u0003\u0004\u007f"u8);

        Assert.Equal("a\r\u0003\u0004\u007f", _recorder.Delivered);
        Assert.Equal("", _recorder.Echoed);
        Assert.Empty(_recorder.Signals);
    }

    [Fact]
    public void What_was_typed_ahead_is_delivered_when_canonical_mode_ends()
    {
        _discipline.Input("ab"u8);

        _discipline.Settings = TerminalSettings.KeyByKey;

        Assert.Equal("ab", _recorder.Delivered);
    }

    [Fact]
    public void Without_echo_nothing_is_shown()
    {
        _discipline.Settings = TerminalSettings.Default with { Echo = false };

        _discipline.Input("secret\u007f\r"u8);

        Assert.Equal(("secre\n", ""), (_recorder.Delivered, _recorder.Echoed));
    }

    [Fact]
    public void A_line_has_room_for_4095_bytes_and_its_end()
    {
        _discipline.Input(Encoding.ASCII.GetBytes(new string('x', 5000) + "\r"));

        Assert.Equal(4096, _recorder.Delivered.Length);
    }

    private sealed class Recorder : ILineDisciplineTarget
    {
        private readonly StringBuilder _echo = new();

        public List<string> Deliveries { get; } = [];

        public List<Signal> Signals { get; } = [];

        public string Delivered => string.Concat(Deliveries);

        public string Echoed => ByteText.Decode(Encoding.Latin1.GetBytes(_echo.ToString()));

        public void Deliver(ReadOnlySpan<byte> input) => Deliveries.Add(ByteText.Decode(input));

        public void Echo(ReadOnlySpan<byte> output) => _echo.Append(Encoding.Latin1.GetString(output));

        public void Interrupt(Signal signal) => Signals.Add(signal);
    }
}

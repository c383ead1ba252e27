using System.Text;
using EphemeralDebug.Terminal.Native;

namespace EphemeralDebug.Terminal.Tests;

/// <summary>Key events as Windows consoles deliver them, with virtual terminal input and without.</summary>
public sealed class ConsoleKeyTranslatorTests
{
    private const uint RightAlt = 0x0001;
    private const uint LeftAlt = 0x0002;
    private const uint LeftControl = 0x0008;
    private const uint Shift = 0x0010;

    private readonly ConsoleKeyTranslator _translator = new();

    [Theory]
    [InlineData(0x41, 'a', 0u, "a")]
    [InlineData(0x43, '\x03', LeftControl, "\x03")] // Ctrl+C
    [InlineData(0x0d, '\r', 0u, "\r")]
    [InlineData(0x1b, '\x1b', 0u, "\x1b")]
    [InlineData(0x08, '\b', 0u, "\x7f")] // Backspace
    [InlineData(0x08, '\x7f', LeftControl, "\b")] // Ctrl+Backspace
    [InlineData(0x09, '\t', Shift, "\x1b[Z")]
    [InlineData(0xde, 'ł', 0u, "ł")]
    [InlineData(0x41, 'a', LeftAlt, "\x1b" + "a")]
    [InlineData(0x51, '@', RightAlt | LeftControl, "@")] // AltGr+Q on a German keyboard
    [InlineData(0x20, '\0', LeftControl, "\0")] // Ctrl+Space
    [InlineData(0x32, '\0', LeftControl | Shift, "\0")] // Ctrl+@
    public void Keys_with_a_character_send_it(int key, char character, uint state, string expected) =>
        Assert.Equal(expected, Press(key, character, state));

    [Theory]
    [InlineData(0x26, 0u, "\x1b[A")]
    [InlineData(0x25, 0u, "\x1b[D")]
    [InlineData(0x27, LeftControl, "\x1b[1;5C")]
    [InlineData(0x28, Shift | LeftAlt, "\x1b[1;4B")]
    [InlineData(0x24, 0u, "\x1b[H")]
    [InlineData(0x2e, 0u, "\x1b[3~")]
    [InlineData(0x21, Shift, "\x1b[5;2~")]
    [InlineData(0x70, 0u, "\x1bOP")]
    [InlineData(0x73, LeftControl, "\x1b[1;5S")]
    [InlineData(0x74, 0u, "\x1b[15~")]
    [InlineData(0x75, 0u, "\x1b[17~")]
    [InlineData(0x79, 0u, "\x1b[21~")]
    [InlineData(0x7b, 0u, "\x1b[24~")]
    [InlineData(0x1b, 0u, "\x1b")] // Escape, as Wine reports it
    [InlineData(0x11, LeftControl, "")] // Ctrl itself
    [InlineData(0x10, Shift, "")]
    [InlineData(0x90, 0u, "")] // Num Lock
    public void Keys_without_a_character_send_what_xterm_sends(int key, uint state, string expected) =>
        Assert.Equal(expected, Press(key, '\0', state));

    [Fact]
    public void Sequences_that_the_console_made_itself_pass_as_they_are()
    {
        IEnumerable<string> sent = "\x1b[1;5A\x1bx\0".Select(character => Translate(Event(0, character, 0, scanCode: 0)));
        Assert.Equal("\x1b[1;5A\x1bx\0", string.Concat(sent));
    }

    [Fact]
    public void A_character_in_two_halves_is_joined_across_events_and_their_releases()
    {
        Assert.Equal("", Press(0, '\ud83d', 0));
        Assert.Equal("", Translate(Event(0, '\ud83d', 0) with { IsDown = 0 }));
        Assert.Equal("🐈", Press(0, '\udc08', 0));
    }

    [Fact]
    public void A_half_character_on_its_own_becomes_the_replacement_character()
    {
        Assert.Equal("", Press(0, '\ud83d', 0));
        Assert.Equal("\ufffdx", Press(0x58, 'x', 0));
        Assert.Equal("\ufffd", Press(0, '\udc08', 0));
    }

    [Fact]
    public void A_key_that_repeats_is_sent_as_often() =>
        Assert.Equal("\x1b[B\x1b[B\x1b[B", Translate(Event(0x28, '\0', 0) with { RepeatCount = 3 }));

    [Fact]
    public void A_released_key_sends_nothing_unless_it_is_alt_with_a_composed_character()
    {
        Assert.Equal("", Translate(Event(0x41, 'a', 0) with { IsDown = 0 }));
        Assert.Equal("é", Translate(Event(0x12, 'é', 0) with { IsDown = 0 }));
    }

    private static KeyEvent Event(int key, char character, uint state, ushort scanCode = 1) => new()
    {
        IsDown = 1,
        RepeatCount = 1,
        VirtualKey = (ushort)key,
        ScanCode = scanCode,
        Character = character,
        ControlKeyState = state,
    };

    private string Press(int key, char character, uint state) => Translate(Event(key, character, state));

    private string Translate(KeyEvent key) => Encoding.UTF8.GetString(_translator.Translate(key));
}

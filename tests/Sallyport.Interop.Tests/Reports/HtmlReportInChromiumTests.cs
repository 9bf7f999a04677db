using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using Microsoft.Playwright;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Tests.Reports;

namespace Sallyport.Interop.Tests.Reports;

public sealed class HtmlReportInChromiumTests(HtmlReportInChromiumTests.Chromium chromium) : IClassFixture<HtmlReportInChromiumTests.Chromium>, IAsyncDisposable
{
    private readonly List<string> _console = [];
    private readonly List<string> _requests = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("sallyport-html-").FullName;
    private IPage? _open;

    [Theory]
    [InlineData("naked", ColorScheme.Light)]
    [InlineData("naked", ColorScheme.Dark)]
    [InlineData("guarded", ColorScheme.Light)]
    [InlineData("hostile", ColorScheme.Light)]
    [InlineData("unreachable", ColorScheme.Dark)]
    public async Task Opens_without_a_console_message_and_without_a_request(string which, ColorScheme scheme)
    {
        IPage page = await OpenAsync(which, scheme);

        (await page.Locator("h1").TextContentAsync()).ShouldNotBeNull().ShouldStartWith("https://api.example.test");
        await page.EvaluateAsync("() => document.querySelectorAll('details').forEach(one => one.open = true)");
        (await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")).ShouldBeTrue("the page is wider than the window");
        _console.ShouldBeEmpty();
        _requests.ShouldHaveSingleItem().ShouldStartWith("file://");
    }

    [Fact]
    public async Task Shows_the_matrix_with_a_colour_for_each_meaning()
    {
        IPage page = await OpenAsync("naked", ColorScheme.Light);

        (await page.Locator(".matrix table").IsVisibleAsync()).ShouldBeTrue();
        (await page.Locator(".matrix tbody tr").CountAsync()).ShouldBe(5);
        string[] colours = await page.EvaluateAsync<string[]>(
            "() => ['ok', 'wrong', 'undecided'].map(style => getComputedStyle(document.querySelector('.matrix td.' + style)).backgroundColor)");
        colours.ShouldBeUnique();
        (await page.Locator(".ring svg").BoundingBoxAsync()).ShouldNotBeNull().Width.ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task A_cell_leads_to_its_finding_and_opens_it()
    {
        IPage page = await OpenAsync("naked", ColorScheme.Light);
        ILocator rogue = page.Locator("details.finding", new() { HasText = "The title of MTLS-103" });
        (await rogue.GetAttributeAsync("open")).ShouldBeNull();

        await page.Locator(".matrix a", new() { HasText = "MTLS-103" }).ClickAsync();

        await Assertions.Expect(rogue.Locator(".body")).ToBeInViewportAsync(new() { Timeout = 30_000 });
        (await rogue.GetAttributeAsync("open")).ShouldNotBeNull();
    }

    [Fact]
    public async Task Fits_a_telephone()
    {
        IPage page = await OpenAsync("naked", ColorScheme.Light, width: 390);

        (await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")).ShouldBeTrue();
    }

    [Fact]
    public async Task What_a_report_must_not_hold_would_be_noticed()
    {
        await OpenAsync("naked", ColorScheme.Light, change: static html => html.Replace("<main>", "<main><img src=\"http://127.0.0.1:9/x\"><script>1</script>", StringComparison.Ordinal));

        _console.Count.ShouldBe(2);
    }

    public async ValueTask DisposeAsync()
    {
        if (_open is not null)
        {
            await _open.CloseAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task<IPage> OpenAsync(string which, ColorScheme scheme, int width = 1200, Func<string, string>? change = null)
    {
        Assert.SkipWhen(chromium.Browser is null, "chromium is not installed");
        string file = Path.Combine(_folder, "report.html");
        using (var output = new StringWriter())
        {
            ReportWriter.Write(
                which switch
                {
                    "naked" => SampleReports.Naked(),
                    "guarded" => SampleReports.Guarded(),
                    "hostile" => SampleReports.HostileReport(),
                    _ => SampleReports.Unreachable(),
                },
                ReportFormat.Html,
                output);
            await File.WriteAllTextAsync(file, change is null ? output.ToString() : change(output.ToString()), TestContext.Current.CancellationToken);
        }

        IPage page = _open = await chromium.Browser.NewPageAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 900 } });
        page.Console += (_, message) => _console.Add($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => _console.Add(error);
        page.Request += (_, request) => _requests.Add(request.Url);
        await page.GotoAsync(new Uri(file).AbsoluteUri, new() { Timeout = 30_000 });
        return page;
    }

    /// <summary>One browser for all tests of the class; none when it is not installed.</summary>
    public sealed class Chromium : IAsyncLifetime
    {
        private const string Program = "/usr/bin/chromium";

        private static readonly string[] s_quiet =
        [
            "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        ];

        private IPlaywright? _playwright;

        public IBrowser? Browser { get; private set; }

        public async ValueTask InitializeAsync()
        {
            if (File.Exists(Program))
            {
                _playwright = await Playwright.CreateAsync();
                Browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = s_quiet, Headless = true, Timeout = 30_000 });
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (Browser is not null)
            {
                await Browser.DisposeAsync();
            }

            _playwright?.Dispose();
        }
    }
}

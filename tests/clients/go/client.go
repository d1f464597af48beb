package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// client is one app: who it is, what it remembers of a sign-in, the tokens it holds.
type client struct {
	issuer   string
	config   oauth2.Config
	state    string
	verifier string
	token    *oauth2.Token
}

func newClient() *client {
	issuer := os.Getenv("ISSUER")
	return &client{
		issuer: issuer,
		config: oauth2.Config{
			ClientID:     os.Getenv("CLIENT_ID"),
			ClientSecret: os.Getenv("CLIENT_SECRET"), // empty: a public client
			RedirectURL:  os.Getenv("REDIRECT_URI"),
			Endpoint: oauth2.Endpoint{
				AuthURL:   issuer + "/oauth/authorize",
				TokenURL:  issuer + "/oauth/token",
				AuthStyle: authStyle(),
			},
		},
	}
}

// authStyle names the method, since otherwise the library tries one after the other and remembers which was good.
func authStyle() oauth2.AuthStyle {
	if os.Getenv("CLIENT_SECRET") == "" {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader
}

func (c *client) authorize(scope string) string {
	c.verifier = oauth2.GenerateVerifier()
	c.state = oauth2.GenerateVerifier()
	c.config.Scopes = []string{scope}
	return c.config.AuthCodeURL(c.state, oauth2.S256ChallengeOption(c.verifier))
}

// redeem checks the answer itself, which the library leaves to the app.
func (c *client) redeem(ctx context.Context, callback string) (*oauth2.Token, error) {
	address, err := url.Parse(callback)
	if err != nil {
		return nil, err
	}
	answer := address.Query()
	if answer.Get("state") != c.state || answer.Get("iss") != c.issuer {
		return nil, fmt.Errorf("this answer is to another request: %s", callback)
	}
	if code := answer.Get("error"); code != "" {
		return nil, &oauth2.RetrieveError{ErrorCode: code, ErrorDescription: answer.Get("error_description")}
	}
	return c.keep(c.config.Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(c.verifier)))
}

// refresh does at once what the library does by itself when the access token is over.
func (c *client) refresh(ctx context.Context) (*oauth2.Token, error) {
	over := &oauth2.Token{RefreshToken: c.token.RefreshToken, Expiry: time.Unix(1, 0)}
	return c.keep(c.config.TokenSource(ctx, over).Token())
}

func (c *client) call(ctx context.Context) (any, error) {
	answer, err := c.config.Client(ctx, c.token).Get(c.issuer + "/api/oauth/clients/me")
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return map[string]any{"status": answer.StatusCode, "body": string(body)}, err
}

// revoke is a plain request: the library has nothing for it.
func (c *client) revoke(ctx context.Context) error {
	form := url.Values{"token": {c.token.RefreshToken}}
	address := c.issuer + "/oauth/revoke"
	if c.config.ClientSecret == "" {
		form.Set("client_id", c.config.ClientID)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if c.config.ClientSecret != "" {
		request.SetBasicAuth(url.QueryEscape(c.config.ClientID), url.QueryEscape(c.config.ClientSecret))
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("revocation was answered %s", answer.Status)
	}
	return nil
}

func (c *client) clientCredentials(ctx context.Context, scope string) (*oauth2.Token, error) {
	config := clientcredentials.Config{
		ClientID:     c.config.ClientID,
		ClientSecret: c.config.ClientSecret,
		TokenURL:     c.config.Endpoint.TokenURL,
		AuthStyle:    oauth2.AuthStyleInHeader,
		Scopes:       []string{scope},
	}
	return config.Token(ctx)
}

func (c *client) keep(token *oauth2.Token, err error) (*oauth2.Token, error) {
	if err == nil {
		c.token = token
	}
	return token, err
}

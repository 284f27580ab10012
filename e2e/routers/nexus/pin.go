package main

import (
	"crypto/rand"
	"errors"
	"time"

	"github.com/gammazero/nexus/v3/wamp"
)

const answerTime = time.Minute

// pinAuthenticator is an authentication method of the tests: the answer to a challenge is its nonce, a colon and the PIN of the account.
// WELCOME shows what the client has sent.
type pinAuthenticator struct{ accounts accounts }

func (pins pinAuthenticator) AuthMethod() string { return "pin" }

func (pins pinAuthenticator) Authenticate(_ wamp.ID, hello wamp.Dict, client wamp.Peer) (*wamp.Welcome, error) {
	authid, _ := wamp.AsString(hello["authid"])
	nonce := rand.Text()
	select {
	case client.Send() <- &wamp.Challenge{AuthMethod: pins.AuthMethod(), Extra: wamp.Dict{"nonce": nonce}}:
	default:
		return nil, errors.New("the client reads nothing")
	}
	message, err := wamp.RecvTimeout(client, answerTime)
	if err != nil {
		return nil, err
	}
	answer, ok := message.(*wamp.Authenticate)
	one := pins.accounts[authid]
	if !ok || one.Pin == "" || answer.Signature != nonce+":"+one.Pin {
		return nil, errors.New("wrong PIN")
	}
	return &wamp.Welcome{Details: wamp.Dict{
		"authid":       authid,
		"authrole":     one.Role,
		"authmethod":   pins.AuthMethod(),
		"authprovider": "static",
		"authextra": wamp.Dict{
			"authrole": hello["authrole"], "authextra": hello["authextra"], "x_build": hello["x_build"], "extra": answer.Extra,
		},
	}}, nil
}
